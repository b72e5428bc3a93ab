#include "cluster/pilot_attempt.hpp"

#include <chrono>
#include <utility>

#include "cluster/pilot_executor.hpp"
#include "cluster/pilot_worker.hpp"

namespace weir {

namespace {

/// For both streams. Sixty-four jobs keep two megabytes.
constexpr std::size_t most_held = 32 * 1024;

}  // namespace

pilot_attempt::pilot_attempt(pilot_executor& all, const attempt_request& request)
    : all_(all), request_(request), timeout_(request.timeout) {
  result_.started = result_.ended = all_.timers_.time().now();
  result_.started_at = all_.timers_.time().wall_now();
  if (request_.sink == nullptr) return;
  holds_ = !request_.sink->is_shown_at_once();
  request_.sink->resume = [this] {
    stalled_ = false;
    go_on();
  };
}

pilot_attempt::~pilot_attempt() {
  if (request_.sink != nullptr && !abandoned_) request_.sink->resume = nullptr;
}

awaitable<> pilot_attempt::wait() {
  return over_.wait([this] { end(ending::terminate); });
}

void pilot_attempt::placed(pilot_worker& worker, std::uint64_t id) {
  worker_ = &worker;
  id_ = id;
  received_ = credited_ = 0;
  all_.tell(attempt_placed{request_.job, request_.attempt, worker.name()});
}

bool pilot_attempt::take_output(output_stream which, std::string_view bytes) {
  received_ += bytes.size();
  if (received_ - credited_ > output_window + window_excess) return false;
  if (request_.sink == nullptr) return true;
  std::string& held = held_[which == output_stream::out ? 0 : 1];
  if (holds_ && held_[0].size() + held_[1].size() + bytes.size() <= most_held) {
    held += bytes;
  } else {
    hand_on_held();
    hand_on(which, bytes);
  }
  if (!stalled_) pay();
  return true;
}

void pilot_attempt::hand_on(output_stream which, std::string_view bytes) {
  if (bytes.empty() || request_.sink == nullptr) return;
  if (request_.sink->write(which, {bytes.data(), bytes.size()}) == flow::wait) stalled_ = true;
}

void pilot_attempt::hand_on_held() {
  if (!std::exchange(holds_, false)) return;
  hand_on(output_stream::out, held_[0]);
  hand_on(output_stream::err, held_[1]);
  held_ = {};
}

/// Grants credit only once half the window has been used: most jobs never need it.
void pilot_attempt::pay() {
  if (worker_ == nullptr || received_ - credited_ < output_window / 2) return;
  worker_->send(frame_kind::credit, credit_message{id_, received_ - credited_});
  credited_ = received_;
}

/// The worker's clock is not used; it says how long the attempt took, and how long ago it ended.
bool pilot_attempt::ended(const ended_message& how, const std::string& node) {
  if (how.bytes != received_ || how.took < duration{} || how.ago < duration{}) return false;
  worker_ = nullptr;
  hand_on_held();
  const duration since_start = how.took + how.ago;
  result_.how = how.how;
  const time_source& time = all_.timers_.time();
  result_.ended = time.now() - how.ago;
  result_.started = result_.ended - how.took;
  result_.started_at = time.wall_now() -
                       std::chrono::duration_cast<std::chrono::system_clock::duration>(since_start);
  result_.usage = how.usage;
  result_.leaked = how.leaked;
  result_.group = how.group;
  result_.bytes = how.bytes;
  result_.node = node;
  is_over_ = true;
  go_on();
  return true;
}

/// A slow reader holds the slot, as for a local job.
void pilot_attempt::go_on() {
  if (stalled_ && !end_asked_) return;
  if (is_over_)
    over_.complete();
  else
    pay();
}

std::uint64_t pilot_attempt::displaced() {
  worker_ = nullptr;
  has_shield_ = false;
  const std::uint64_t printed = received_ - held_[0].size() - held_[1].size();
  for (std::string& held : held_) held.clear();
  return printed;
}

void pilot_attempt::finish(outcome how) {
  if (std::exchange(is_over_, true)) return;
  result_.how = std::move(how);
  result_.ended = all_.timers_.time().now();
  over_.complete();
}

void pilot_attempt::end(ending how) {
  end_asked_ = true;
  if (is_over_) return go_on();
  if (worker_ != nullptr) {
    worker_->end(id_, how);
  } else {
    all_.forget_waiting(*this);
    finish(cancelled{losses_ > 0});
  }
}

void pilot_attempt::end_shields() {
  if (worker_ != nullptr) worker_->end_shields(id_);
}

void pilot_attempt::limit_time(duration from_start) {
  timeout_ = from_start;
  if (worker_ != nullptr) worker_->send(frame_kind::limit, limit_message{id_, from_start});
}

void pilot_attempt::abandon() {
  end_asked_ = abandoned_ = true;
  if (request_.sink != nullptr) request_.sink->resume = nullptr;
  all_.forget_waiting(*this);
  if (worker_ != nullptr) std::exchange(worker_, nullptr)->forget(id_);
  finish(cancelled{true});
}

}  // namespace weir
