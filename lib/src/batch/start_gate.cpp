#include "batch/start_gate.hpp"

namespace weir {

start_holder* start_gate::holder_of(const job_spec& job, time_point now) const {
  for (start_holder* const holder : holders_) {
    if (running_ == 0 && holder->lets_one_run()) continue;
    if (!holder->lets_start(job, now)) return holder;
  }
  return nullptr;
}

void start_gate::start(const job_spec& job, time_point now) {
  ++running_;
  for (start_holder* const holder : holders_) holder->started(job, now);
}

bool start_gate::pass(const job_spec& job, time_point now) {
  if (!waiting_.empty()) return false;
  if (start_holder* const holder = holder_of(job, now)) {
    held_by_ = holder;
    return false;
  }
  start(job, now);
  return true;
}

void start_gate::open(time_point now) {
  while (!waiting_.empty()) {
    turn* const next = waiting_.front();
    if (start_holder* const holder = holder_of(next->job.spec, now)) {
      held_by_ = holder;
      return;
    }
    start(next->job.spec, now);
    waiting_.pop_front();
    next->passed = true;
    next->over.complete();
  }
}

void start_gate::send_away(const std::function<bool(const job_record&)>& may_not_start) {
  std::erase_if(waiting_, [&](turn* each) {
    const bool over = may_not_start(each->job);
    if (over) each->over.complete();
    return over;
  });
}

void start_gate::ended(const job_spec& job) {
  --running_;
  for (start_holder* const holder : holders_) holder->ended(job);
}

std::string_view start_gate::held_by() const noexcept {
  return waiting_.empty() ? std::string_view() : held_by_->reason();
}

std::optional<start_gate::time_point> start_gate::asks_again() const {
  return waiting_.empty() ? std::nullopt : held_by_->asks_again();
}

}  // namespace weir
