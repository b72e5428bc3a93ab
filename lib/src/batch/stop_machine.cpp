#include "batch/stop_machine.hpp"

namespace weir {

stop_action stop_machine::request(stop_request what, time_point now, const running_jobs& running) {
  const bool first = !stopping_ || phase_ == stop_phase::running;
  stopping_ = true;
  switch (what) {
    case stop_request::finish:
      return first ? stop_action::start_nothing : stop_action::none;
    case stop_request::halt:
      if (!first) return stop_action::none;
      phase_ = stop_phase::soft;
      if (running.shielded + running.shields == 0) return end_all(stop_phase::soft, now, running);
      return wait_for_shields(settings_.wait_timeout, now, end_unshielded());
    case stop_request::kill:
      return phase_ < stop_phase::kill ? kill_all(now) : stop_action::none;
    case stop_request::lost:
      // Ctrl-C ends the reader of a pipe, too, and a hangup takes the terminal.
      if (!first) return stop_action::none;
      break;
    case stop_request::interrupt:
    case stop_request::terminate:
      break;
  }
  if (!first) return escalate(now, running);
  phase_ = stop_phase::soft;
  if (running.shielded + running.shields == 0) return end_all(stop_phase::soft, now, running);
  // A shield inside of a job protects that part alone: the rest is ended at once.
  const bool in_haste = what == stop_request::terminate;
  return wait_for_shields(in_haste ? settings_.term_timeout : settings_.wait_timeout, now,
                          running.shielded == 0 ? end_unshielded() : stop_action::start_nothing);
}

stop_action stop_machine::escalate(time_point now, const running_jobs& running) {
  switch (phase_) {
    case stop_phase::running:
    case stop_phase::soft:
      return end_all(stop_phase::hard, now, running);
    case stop_phase::hard:
      return kill_all(now);
    case stop_phase::kill:
      return give_up();
    case stop_phase::gave_up:
      break;
  }
  return stop_action::none;
}

stop_action stop_machine::job_ended(time_point now, const running_jobs& running) {
  if (!waiting_ || running.shielded > 0) return stop_action::none;
  if (running.shields > 0) return ended_unshielded_ ? stop_action::none : end_unshielded();
  return end_all(stop_phase::soft, now, running);
}

stop_action stop_machine::expired(time_point now, const running_jobs& running) {
  if (!deadline_ || now < *deadline_) return stop_action::none;
  if (waiting_) return end_all(stop_phase::soft, now, running);
  return phase_ == stop_phase::kill ? give_up() : kill_all(now);
}

void stop_machine::halt_over() noexcept {
  phase_ = stop_phase::running;
  waiting_ = ending_ = ended_unshielded_ = false;
  deadline_.reset();
}

stop_action stop_machine::wait_for_shields(duration at_most, time_point now,
                                           stop_action meanwhile) {
  waiting_ = true;
  deadline_ = now + at_most;
  return meanwhile;
}

stop_action stop_machine::end_unshielded() {
  ended_unshielded_ = true;
  return stop_action::end_unshielded;
}

stop_action stop_machine::end_all(stop_phase phase, time_point now, const running_jobs& running) {
  phase_ = phase;
  waiting_ = false;
  // Each job gets its own KILL after its own close timeout; this is for what survives even that.
  // Without a job there is nothing to survive, however long it takes to drop a million pending.
  if (running.all == 0)
    deadline_.reset();
  else if (!ending_)
    deadline_ = now + running.longest_close_timeout;
  ending_ = true;
  return stop_action::end_all;
}

stop_action stop_machine::kill_all(time_point now) {
  phase_ = stop_phase::kill;
  waiting_ = false;
  deadline_ = now + settings_.kill_timeout;
  return stop_action::kill_all;
}

stop_action stop_machine::give_up() {
  phase_ = stop_phase::gave_up;
  deadline_.reset();
  return stop_action::give_up;
}

}  // namespace weir
