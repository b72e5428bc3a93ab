#include "packing.hpp"

#include <limits>
#include <random>

#include <weir/error.hpp>

#include "input/count.hpp"

namespace weir::cli {

namespace {

constexpr std::uint64_t most_chars = std::uint64_t{1} << 30;

/// Which of the three options for packing was typed; empty if none.
std::string packing(const options& o) {
  std::string found;
  for (const char* const each : {"-m", "-X", "--xargs"}) {
    if (!o.names.was_typed(each)) continue;
    if (!found.empty()) o.names.refuse_both(found, each);
    found = each;
  }
  return found;
}

}  // namespace

void settle_packing(options& o, const typed_options& typed) {
  item_settings& items = o.items;
  if (!typed.max_chars.empty())
    items.max_chars = parse_count(o.names.of("--max-chars"), typed.max_chars, 1, most_chars);
  const std::string how = packing(o);
  if (how.empty()) return;
  if (typed.pipe || typed.pipepart) o.names.refuse_both(typed.pipe ? "--pipe" : "--pipepart", how);
  items.packs = true;
  if (items.max_args == 0) items.max_args = most_items;
  if (how == "-X") items.options.many = many_items::repeated;
  if (how != "--xargs") items.spread = o.engine.limit.value_or(1);
}

void settle_shuffle(options& o, const typed_options& typed) {
  if (!typed.shuffle && typed.shuffle_seed.empty()) return;
  if (typed.pipe || typed.pipepart)
    o.names.refuse_both(typed.pipe ? "--pipe" : "--pipepart", packing_or_shuffle(o));
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  o.shuffle = typed.shuffle_seed.empty() ? std::uint64_t{std::random_device()()}
                                         : parse_count("--shuf-seed", typed.shuffle_seed, 0, most);
}

std::string packing_or_shuffle(const options& o) {
  for (const char* const each : {"-m", "-X", "--xargs", "--max-chars", "--shuf", "--shuf-seed"})
    if (o.names.was_typed(each)) return o.names.of(each);
  return {};
}

}  // namespace weir::cli
