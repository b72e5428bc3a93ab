#include "batch/median_timeout.hpp"

#include <algorithm>

namespace weir {

namespace {

constexpr std::size_t fewest = 3;
/// Enough for a median that follows the run, in constant memory and time.
constexpr std::size_t window = 512;

}  // namespace

bool median_timeout::learn(duration took) {
  if (latest_.size() < window) {
    latest_.push_back(took);
  } else {
    sorted_.erase(std::lower_bound(sorted_.begin(), sorted_.end(), latest_[next_]));
    latest_[next_] = took;
    next_ = (next_ + 1) % window;
  }
  sorted_.insert(std::upper_bound(sorted_.begin(), sorted_.end(), took), took);
  return sorted_.size() >= fewest;
}

std::optional<duration> median_timeout::limit() const {
  if (sorted_.size() < fewest) return std::nullopt;
  return std::chrono::duration_cast<duration>(share_ * sorted_[sorted_.size() / 2]);
}

}  // namespace weir
