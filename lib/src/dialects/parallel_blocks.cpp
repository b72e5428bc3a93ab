#include "dialects/parallel_blocks.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "text/number.hpp"

namespace weir {

namespace {

/// K and Ki are 1024, and k is 1000; a fraction of a byte is dropped. What is not understood stays
/// as it is, to be refused.
std::string in_bytes(const std::string& size) {
  constexpr std::string_view units = "kmgtp";
  constexpr double too_much = 9e18;
  std::string_view unit = size;
  auto bytes = take_decimal(unit);
  if (!bytes) return size;
  if (!unit.empty()) {
    const bool binary = unit.size() == 2 && (unit[1] == 'i' || unit[1] == 'I');
    const bool is_small = unit[0] >= 'a';
    const auto power = units.find(static_cast<char>(unit[0] | 0x20));
    if (power == std::string_view::npos || (unit.size() > 1 && !binary)) return size;
    for (std::size_t i = 0; i <= power; ++i) *bytes *= is_small && !binary ? 1000 : 1024;
  }
  return *bytes < 1 || *bytes > too_much ? size
                                         : std::to_string(static_cast<std::uint64_t>(*bytes));
}

}  // namespace

bool take_block_option(parallel_blocks& blocks, const given_foreign_option& o) {
  constexpr std::array<std::string_view, 11> alike{
      "--recend", "--recstart", "--regexp", "--rrs", "--round-robin", "--shard",
      "--bin",    "--group-by", "--tee",    "--cat", "--fifo"};
  const std::string_view option = o.option->first_name();
  if (option == "--pipe") {
    blocks.of_stream = true;
  } else if (option == "--pipe-part") {
    blocks.of_file = true;
  } else if (option == "--block") {
    blocks.words.insert(blocks.words.end(), {"--block", in_bytes(*o.value)});
  } else if (std::ranges::count(alike, option) > 0) {
    blocks.words.emplace_back(option);
    if (o.value) blocks.words.push_back(*o.value);
    if (option == "--round-robin") blocks.of_stream = true;
    if (o.value && !option.starts_with("--rec")) blocks.have_columns = true;
    if (option == "--tee") blocks.all_to_all = true;
    if (option == "--cat" || option == "--fifo") blocks.named = true;
  } else {
    return false;
  }
  return true;
}

}  // namespace weir
