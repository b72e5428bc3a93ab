#include "simulation/workers/wire.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "simulation/simulated_readiness.hpp"

namespace simulation::workers {

namespace {

/// What a network's buffers take while it stalls.
constexpr std::size_t most_under_way = std::size_t{128} << 10;

std::pair<weir::owned_fd, weir::owned_fd> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("pipe2");
  return {weir::owned_fd(ends[0]), weir::owned_fd(ends[1])};
}

}  // namespace

wire::wire(simulated_clock& clock, time_point::duration latency, bool is_far)
    : clock_(clock), latency_(latency), is_far_(is_far), heard_(clock.now()) {
  std::tie(from_, entry_) = make_pipe();
  std::tie(exit_, to_) = make_pipe();
}

void wire::wake(time_point when) {
  if (when > clock_.now()) clock_.at(when, [] {});
}

void wire::stall(time_point until) {
  stalled_until_ = std::max(stalled_until_, until);
  wake(stalled_until_);
}

bool wire::pump() {
  const bool some = take();
  return deliver() || some;
}

bool wire::take() {
  if (!from_ || size_ >= most_under_way) return false;
  if (nothing_new_at_ == simulated_readiness::writes) return false;
  static std::array<char, 65536> buffer;
  const ssize_t got = ::read(from_.value(), buffer.data(), buffer.size());
  if (got < 0) {
    nothing_new_at_ = simulated_readiness::writes;
    return false;
  }
  const time_point arrives = clock_.now() + latency_;
  if (got == 0) {
    from_ = weir::owned_fd();
    end_arrives_ = arrives;
  } else if (to_) {
    under_way_.push_back({arrives, std::string(buffer.data(), static_cast<std::size_t>(got))});
    size_ += static_cast<std::size_t>(got);
  }
  simulated_readiness::may_change();
  wake(arrives);
  return true;
}

bool wire::deliver() {
  if (!to_ || is_stalled()) return false;
  bool some = false;
  while (!under_way_.empty() && under_way_.front().arrives <= clock_.now()) {
    std::string& bytes = under_way_.front().bytes;
    const ssize_t went = ::write(to_.value(), bytes.data(), bytes.size());
    if (went < 0 && errno == EAGAIN) return some;
    if (went < 0) return receiver_dies(), true;
    some = true;
    if (clock_.now() - heard_ >= std::chrono::seconds(20))
      heard_before_silence_ = std::min(heard_before_silence_, heard_);
    heard_ = clock_.now();
    size_ -= static_cast<std::size_t>(went);
    bytes.erase(0, static_cast<std::size_t>(went));
    if (bytes.empty()) under_way_.pop_front();
  }
  if (from_ || !under_way_.empty() || clock_.now() < end_arrives_) return some;
  to_ = weir::owned_fd();
  ended_ = clock_.now();
  simulated_readiness::may_change();
  return true;
}

void wire::sender_dies(std::uint64_t thousandths) {
  if (!from_) return;
  while (from_ && take()) {
  }
  std::size_t lost = size_ - size_ * thousandths / 1000;
  while (lost > 0) {
    std::string& last = under_way_.back().bytes;
    const std::size_t part = std::min(lost, last.size());
    last.resize(last.size() - part);
    size_ -= part;
    lost -= part;
    if (last.empty()) under_way_.pop_back();
  }
  from_ = weir::owned_fd();
  end_arrives_ = clock_.now() + latency_;
  wake(end_arrives_);
  simulated_readiness::may_change();
}

void wire::receiver_dies() {
  under_way_.clear();
  size_ = 0;
  // What it had not read.
  std::array<char, 4096> unread;
  while (exit_ && ::read(exit_.value(), unread.data(), unread.size()) > 0) {
  }
  to_ = weir::owned_fd();
  if (!is_far_) from_ = weir::owned_fd();
  ended_ = std::min(ended_, clock_.now());
  simulated_readiness::may_change();
}

}  // namespace simulation::workers
