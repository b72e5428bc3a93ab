#include "report/records/held_output.hpp"

#include <algorithm>
#include <utility>

namespace weir {

namespace {

constexpr std::size_t most_of_a_stream = 256 * 1024;
constexpr std::size_t most_in_all = std::size_t{8} << 20;
constexpr std::size_t worth_a_write = 4096;
constexpr std::size_t piece = 64 * 1024;

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

void held_output::stream::read(const taker& take) const {
  std::string bytes;
  const auto pass = [&](bool last) { bytes.erase(0, take(bytes, last)); };
  for (const range& each : ranges_) {
    for (std::uint64_t done = 0; done < each.length;) {
      const std::size_t left = bytes.size();
      bytes.resize(left + std::min<std::uint64_t>(piece, each.length - done));
      const std::size_t got = all_->file_.read(each.offset + done, std::span(bytes).subspan(left));
      bytes.resize(left + got);
      if (got == 0) break;
      done += got;
      pass(false);
    }
  }
  bytes += memory_;
  pass(true);
}

}  // namespace weir
