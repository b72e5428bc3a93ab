#include "input/range_finder.hpp"

#include <algorithm>
#include <utility>

#include <weir/error.hpp>

#include "input/block_splitter.hpp"
#include "text/size.hpp"

namespace weir {

namespace {

/// How much to read at first to find a boundary: most records are shorter.
constexpr std::size_t first_look = 128 << 10;
/// The same, backwards.
constexpr std::size_t last_look = 16 << 10;

}  // namespace

range_finder::range_finder(block_rules rules, std::string name, range_bounds bounds, reader read)
    : rules_(std::move(rules)),
      name_(std::move(name)),
      size_(bounds.to),
      read_(std::move(read)),
      boundaries_(rules_),
      at_(bounds.from),
      cut_(bounds.cut),
      window_(rules_.block) {}

std::optional<byte_range> range_finder::next() {
  if (!std::exchange(begun_, true)) find_header();
  if (at_ >= size_) return std::nullopt;
  const std::uint64_t from = at_;
  if (cut_ == range_cut::within)
    at_ = end_within(from);
  else
    at_ = size_ - at_ > rules_.block ? end_behind(at_ + rules_.block) : size_;
  return byte_range{from, at_};
}

void range_finder::find_header() {
  const std::uint64_t from = at_;
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
  at_ = from + beginning.skipped() + header_.size();
}

std::uint64_t range_finder::end_within(std::uint64_t from) {
  const std::size_t most = std::max(rules_.block, rules_.longest);
  for (;;) {
    if (size_ - from < window_) return size_;
    if (const std::size_t end = last_within(from); end > 0) return from + end;
    if (window_ >= most) block_splitter::refuse_record(name_, from, most);
    window_ = block_splitter::grown(window_, most);
  }
}

/// Usually reads only the end of the window.
std::size_t range_finder::last_within(std::uint64_t from) const {
  for (std::size_t tail = std::min(window_, last_look);; tail = std::min(window_, tail * 8)) {
    const std::size_t before = window_ - tail;
    if (const std::size_t end = boundaries_.last(read_(from + before, tail)); end > 0)
      return before + end;
    if (before == 0) return 0;
  }
}

/// Looks where GNU parallel does. If records may end anywhere, cuts right there; otherwise after
/// the first boundary behind `at`, or with expressions after the last one in what was read.
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
