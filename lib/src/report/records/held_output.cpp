#include "report/records/held_output.hpp"

#include <algorithm>
#include <utility>

namespace weir {

namespace {

constexpr std::size_t most_of_a_stream = 256 * 1024;
constexpr std::size_t most_in_all = std::size_t{8} << 20;
constexpr std::size_t worth_a_write = 4096;
constexpr std::size_t held_piece = 64 * 1024;

}  // namespace

void held_output::stream::append(std::string_view bytes) {
  checker_.take(bytes);
  memory_ += bytes;
  all_->memory_ += bytes.size();
  const bool crowded = all_->memory_ > most_in_all && memory_.size() >= worth_a_write;
  if (memory_.size() > most_of_a_stream || crowded) spill();
}

void held_output::stream::spill() {
  const std::uint64_t at = all_->file_.put(std::span<const char>(memory_));
  if (!ranges_.empty() && ranges_.back().offset + ranges_.back().length == at)
    ranges_.back().length += memory_.size();
  else
    ranges_.push_back({at, memory_.size()});
  all_->memory_ -= std::exchange(memory_, {}).size();
}

void held_output::stream::clear() noexcept {
  for (const range& each : std::exchange(ranges_, {}))
    all_->file_.release(each.offset, each.length);
  all_->memory_ -= std::exchange(memory_, {}).size();
  checker_ = {};
}

bool held_output::reading::pass(const taker& take) {
  const bool last = range_ == from_->ranges_.size();
  if (last)
    bytes_ += from_->memory_;
  else
    read_piece();
  bytes_.erase(0, take(bytes_, last));
  return !last;
}

void held_output::reading::read_piece() {
  const stream::range& from = from_->ranges_[range_];
  const std::size_t left = bytes_.size();
  bytes_.resize(left + std::min<std::uint64_t>(held_piece, from.length - done_));
  const std::size_t got =
      from_->all_->file_.read(from.offset + done_, std::span(bytes_).subspan(left));
  bytes_.resize(left + got);
  done_ += got;
  if (got > 0 && done_ < from.length) return;
  ++range_;
  done_ = 0;
}

}  // namespace weir
