#include "batch/stop_machine.hpp"

namespace weir {

namespace {

/// What was killed takes a moment to be gone: a signal that comes with the one that kills, as both
/// wait while weir is stopped, does not give it up.
constexpr auto dies_within = std::chrono::milliseconds(300);

}  // namespace

stop_phase stop_machine::phase() const noexcept {
  switch (state_) {
    case state::running:
    case state::draining:
      break;
    case state::waiting:
    case state::ending:
    case state::ending_all:
      return stop_phase::soft;
    case state::insisting:
      return stop_phase::hard;
    case state::killing:
      return stop_phase::kill;
    case state::gave_up:
      return stop_phase::gave_up;
  }
  return stop_phase::running;
}

stop_action stop_machine::request(stop_request what, time_point now, const running_jobs& running) {
  const bool first = phase() == stop_phase::running;
  switch (what) {
    case stop_request::finish:
      if (first) state_ = state::draining;
      return first ? stop_action::start_nothing : stop_action::none;
    case stop_request::halt:
      return first ? begin(running, now, settings_.wait_timeout, true) : stop_action::none;
    case stop_request::lost:
      // Ctrl-C also ends the reader of a pipe, and a hangup takes the terminal away.
      if (!first) return stop_action::none;
      break;
    case stop_request::kill:
      return state_ < state::killing ? kill_all(now) : stop_action::none;
    case stop_request::interrupt:
    case stop_request::terminate:
      break;
  }
  if (!first) return escalate(now, running);
  const bool in_haste = what == stop_request::terminate;
  // A shield inside a job protects only that part: the rest is ended at once.
  return begin(running, now, in_haste ? settings_.term_timeout : settings_.wait_timeout,
               running.shielded == 0);
}

stop_action stop_machine::begin(const running_jobs& running, time_point now, duration wait_at_most,
                                bool end_others) {
  wait_until_ = now + wait_at_most;
  if (running.shielded + running.shields == 0) return end_all(state::ending_all, now, running);
  deadline_ = wait_until_;
  if (end_others) return end_unshielded();
  state_ = state::waiting;
  return stop_action::start_nothing;
}

stop_action stop_machine::escalate(time_point now, const running_jobs& running) {
  switch (state_) {
    case state::running:
    case state::draining:
    case state::waiting:
    case state::ending:
    case state::ending_all:
      return end_all(state::insisting, now, running);
    case state::insisting:
      return kill_all(now);
    case state::killing:
      if (now >= killed_at_ + dies_within) return give_up();
      break;
    case state::gave_up:
      break;
  }
  return stop_action::none;
}

stop_action stop_machine::job_ended(time_point now, const running_jobs& running) {
  if (!waits_for_shields() || running.shielded > 0) return stop_action::none;
  if (running.shields == 0) return end_all(state::ending_all, now, running);
  return state_ == state::waiting ? end_unshielded() : stop_action::none;
}

stop_action stop_machine::expired(time_point now, const running_jobs& running) {
  if (!deadline_ || now < *deadline_) return stop_action::none;
  if (waits_for_shields()) return end_all(state::ending_all, now, running);
  if (state_ == state::ending_all && running.shields > 0 && now < wait_until_) {
    // A worker granted it before it heard of the stop.
    state_ = state::ending;
    deadline_ = wait_until_;
    return stop_action::start_nothing;
  }
  return state_ == state::killing ? give_up() : kill_all(now);
}

void stop_machine::halt_over() noexcept {
  state_ = state::draining;
  deadline_.reset();
}

stop_action stop_machine::end_unshielded() {
  state_ = state::ending;
  return stop_action::end_unshielded;
}

stop_action stop_machine::end_all(state next, time_point now, const running_jobs& running) {
  // Each job gets its own KILL after its own close timeout; this is for what survives even that.
  // With no jobs left, nothing can survive, however long it takes to drop a million pending ones.
  if (running.all == 0)
    deadline_.reset();
  else if (state_ != state::ending_all)
    deadline_ = now + running.longest_close_timeout;
  state_ = next;
  return stop_action::end_all;
}

stop_action stop_machine::kill_all(time_point now) {
  state_ = state::killing;
  deadline_ = now + settings_.kill_timeout;
  killed_at_ = now;
  return stop_action::kill_all;
}

stop_action stop_machine::give_up() {
  state_ = state::gave_up;
  deadline_.reset();
  return stop_action::give_up;
}

}  // namespace weir
