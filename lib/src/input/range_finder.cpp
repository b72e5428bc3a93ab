#include "input/range_finder.hpp"

#include <algorithm>
#include <utility>

#include <weir/error.hpp>

#include "input/block_splitter.hpp"
#include "text/size.hpp"

namespace weir {

namespace {

/// Bytes that are read to find a boundary, at first: most records are shorter.
constexpr std::size_t first_look = 128 << 10;

}  // namespace

range_finder::range_finder(block_rules rules, std::string name, std::uint64_t size, reader read)
    : rules_(std::move(rules)),
      name_(std::move(name)),
      size_(size),
      read_(std::move(read)),
      boundaries_(rules_) {}

std::optional<byte_range> range_finder::next() {
  if (!std::exchange(begun_, true)) find_header();
  if (at_ >= size_) return std::nullopt;
  const std::uint64_t from = at_;
  at_ = size_ - at_ > rules_.block ? end_behind(at_ + rules_.block) : size_;
  return byte_range{from, at_};
}

void range_finder::find_header() {
  block_splitter beginning(rules_, name_);
  while (!beginning.find_header() && at_ < size_) {
    const std::string bytes = read_(at_, first_look);
    beginning.feed(bytes);
    at_ += bytes.size();
    if (bytes.size() < first_look) {
      beginning.finish();
      at_ = size_;
    }
  }
  header_ = beginning.find_header() ? beginning.header() : "";
  at_ = header_.size();
}

/// As GNU parallel looks for it: where records end anywhere, there; else behind `at`, the first; of
/// expressions, the last of what was read.
std::uint64_t range_finder::end_behind(std::uint64_t at) const {
  if (rules_.end.empty() && rules_.start.empty()) return at;
  for (std::size_t look = first_look;; look *= 2) {
    const std::string bytes = read_(at, look);
    const std::size_t end = rules_.regexp ? boundaries_.last(bytes) : boundaries_.next(bytes, 0, 0);
    if (end > 0) return at + end;
    if (bytes.size() < look) return size_;
    if (look > rules_.longest)
      throw usage_error(name_ + ": the record at byte " + std::to_string(at) +
                        " does not end within " + size_for_people(look) +
                        ": see --recend and --max-line");
  }
}

}  // namespace weir
