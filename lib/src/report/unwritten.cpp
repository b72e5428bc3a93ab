#include "report/unwritten.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace weir {

namespace {

constexpr std::size_t most_named = 8;

std::string count_bytes(std::uint64_t n) {
  return fmt::format("{} byte{}", n, n == 1 ? "" : "s");
}

}  // namespace

void waiting_bytes::add(std::uint64_t seq, std::uint64_t begin, std::uint64_t end,
                        std::uint64_t sent) {
  if (begin == end) return;
  forget(sent);
  const bool goes_on =
      first_ < parts_.size() && parts_.back().seq == seq && parts_.back().end == begin;
  if (goes_on)
    parts_.back().end = end;
  else
    parts_.push_back({seq, begin, end});
}

void waiting_bytes::forget(std::uint64_t sent) {
  while (first_ < parts_.size() && parts_[first_].end <= sent) ++first_;
  // Amortized: each part is moved at most once for each that was added.
  if (first_ < parts_.size() && first_ < parts_.size() / 2 + 1) return;
  parts_.erase(parts_.begin(), parts_.begin() + static_cast<std::ptrdiff_t>(first_));
  first_ = 0;
}

void waiting_bytes::count(std::uint64_t sent, unwritten_bytes& into) const {
  for (std::size_t i = first_; i < parts_.size(); ++i) {
    const part& each = parts_[i];
    if (each.end > sent) into[each.seq] += each.end - std::max(each.begin, sent);
  }
}

std::string describe(const unwritten_bytes& left) {
  std::string text;
  std::size_t named = 0;
  std::uint64_t rest = 0;
  for (const auto& [seq, bytes] : left) {
    // If only one is left over, naming it takes no more room.
    if (named < most_named || left.size() == most_named + 1) {
      const bool last = ++named == left.size();
      text += fmt::format("{}{} of job {}",
                          named == 1 ? ""
                          : last     ? " and "
                                     : ", ",
                          count_bytes(bytes), seq);
    } else {
      rest += bytes;
    }
  }
  if (rest > 0)
    text += fmt::format(" and {} of {} more jobs", count_bytes(rest), left.size() - named);
  return text;
}

}  // namespace weir
