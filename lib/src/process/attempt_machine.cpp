#include "process/attempt_machine.hpp"

#include <algorithm>
#include <cassert>

namespace weir {

namespace {

using namespace std::chrono_literals;
using time_point = attempt_machine::time_point;

/// How long a job whose main process has ended may keep others waiting because a descendant holds
/// its output; together with the last look, this is less than the second that is promised.
constexpr auto holders_grace = 500ms;
/// Processes that a shell did not wait for, such as `tee` in bash's `> >(tee log)`, end soon after
/// it.
constexpr auto time_to_end = 500ms;
constexpr auto between_looks = 20ms;

bool is_due(const std::optional<time_point>& deadline, time_point now) {
  return deadline && *deadline <= now;
}

}  // namespace

bool attempt_machine::has_process() const noexcept {
  return state_ == attempt_state::running || is_pinned();
}

bool attempt_machine::is_pinned() const noexcept {
  return state_ == attempt_state::terminating || state_ == attempt_state::killing;
}

bool attempt_machine::is_ending_left() const noexcept {
  return state_ == attempt_state::ending_left || state_ == attempt_state::killing_left;
}

std::optional<time_point> attempt_machine::deadline() const noexcept {
  std::optional<time_point> first = step_;
  for (const auto& other : {holders_, shields_})
    if (other && (!first || *other < *first)) first = other;
  return first;
}

/// The only place where the state changes.
void attempt_machine::enter(attempt_state next) {
  state_ = next;
  step_.reset();
  if (next == attempt_state::over) {
    holders_.reset();
    shields_.reset();
  }
}

void attempt_machine::enter(attempt_state next, time_point until) {
  enter(next);
  step_ = until;
}

void attempt_machine::no_room() {
  enter(attempt_state::no_room);
}

void attempt_machine::start_again() {
  assert(!has_process() && !end_asked_);
  enter(attempt_state::starting);
  ended_by_ = attempt_end::open;
}

void attempt_machine::started(std::optional<time_point> until) {
  assert(state_ == attempt_state::starting);
  enter(attempt_state::running);
  step_ = until;
}

void attempt_machine::postpone(duration by) {
  for (auto* const deadline : {&step_, &holders_, &shields_})
    if (*deadline) **deadline += by;
  left_until_ += by;
}

void attempt_machine::limit(time_point until) {
  if (state_ == attempt_state::running) step_ = until;
}

void attempt_machine::never_ran() {
  enter(attempt_state::over);
}

attempt_action attempt_machine::exited(const attempt_moment& at) {
  assert(state_ == attempt_state::running);
  ended_by_ = attempt_end::itself;
  return drain(at);
}

attempt_action attempt_machine::drain(const attempt_moment& at) {
  enter(attempt_state::draining);
  // Shielded processes write there, too, and are waited for.
  if (!at.output || at.shields) return attempt_action::none;
  holders_ = at.now + holders_grace;
  return attempt_action::wait_for_holders;
}

void attempt_machine::leaves_some(time_point now) {
  assert(state_ == attempt_state::draining);
  enter(attempt_state::leaving, now + between_looks);
  left_until_ = now + time_to_end;
}

attempt_action attempt_machine::looked(bool any_left, time_point now) {
  if (state_ != attempt_state::leaving) return attempt_action::none;
  if (!any_left)
    enter(attempt_state::draining);
  else if (now >= left_until_)
    return end_left(ending::terminate, now);
  return attempt_action::none;
}

attempt_action attempt_machine::tree_gone(const attempt_moment& at) {
  if (is_pinned()) return drain(at);
  if (is_ending_left()) enter(attempt_state::draining);
  return attempt_action::none;
}

void attempt_machine::group_stays(time_point now) {
  assert(state_ == attempt_state::draining);
  enter(attempt_state::ending_left, now + times_.grace);
}

attempt_action attempt_machine::shields_gone(const attempt_moment& at, bool killing) {
  shields_.reset();
  switch (state_) {
    case attempt_state::killing:
      if (killing) {
        if (concerns_job_alone() && !step_) step_ = at.now + times_.kill_timeout;
        return attempt_action::hurry;
      }
      // What outlived its grace because it waited for a shield has work to finish.
      enter(attempt_state::terminating, at.now + times_.grace);
      return attempt_action::relent;
    case attempt_state::terminating:
      // So has this, however little of its grace is left, or if we hear of the shield's end late.
      if (!killing) enter(attempt_state::terminating, at.now + times_.grace);
      return attempt_action::hurry;
    case attempt_state::draining:
    case attempt_state::leaving:
    case attempt_state::ending_left:
    case attempt_state::killing_left:
      break;
    default:
      return attempt_action::none;
  }
  if (!at.output) return attempt_action::none;
  if (end_asked_) return attempt_action::let_go_of_output;
  holders_ = at.now + holders_grace;
  return attempt_action::wait_for_holders;
}

attempt_action attempt_machine::end(ending how, const attempt_moment& at) {
  end_asked_ = true;
  if (how == ending::kill) {
    kills_shields_ = true;
    shields_.reset();
  } else if (at.shields && !shields_) {
    shields_ = at.now + times_.wait_timeout;
  }
  switch (state_) {
    case attempt_state::starting:
    case attempt_state::no_room:
      ended_by_ = attempt_end::dropped;
      enter(attempt_state::over);
      return attempt_action::none;
    case attempt_state::running:
      ended_by_ = attempt_end::request;
      return signal(how, at);
    case attempt_state::terminating:
      return how == ending::kill ? signal(how, at) : attempt_action::none;
    case attempt_state::killing:
      return how == ending::kill && at.shields ? signal(how, at) : attempt_action::none;
    case attempt_state::over:
      return attempt_action::none;
    case attempt_state::draining:
    case attempt_state::leaving:
    case attempt_state::ending_left:
    case attempt_state::killing_left:
      break;
  }
  // Due at once, after the signal. Shielded processes may hold the output, and are waited for.
  if (!at.shields) holders_ = at.now;
  if (state_ == attempt_state::leaving) return end_left(how, at.now);
  const bool is_firmer = state_ == attempt_state::ending_left && how == ending::kill;
  return is_firmer ? kill_left(at.now) : attempt_action::none;
}

attempt_action attempt_machine::signal(ending how, const attempt_moment& at) {
  if (how == ending::terminate) {
    enter(attempt_state::terminating, at.now + times_.grace);
    return attempt_action::terminate;
  }
  enter(attempt_state::killing);
  const bool spares = at.shields && !kills_shields_;
  if (concerns_job_alone() && !spares) step_ = at.now + times_.kill_timeout;
  return attempt_action::kill;
}

/// A run that is being stopped gives up as a whole. After a timeout, or an end by name, it goes on,
/// and what will not die is only reported.
bool attempt_machine::concerns_job_alone() const noexcept {
  return alone_ || ended_by_ == attempt_end::timeout;
}

attempt_action attempt_machine::end_left(ending how, time_point now) {
  if (how == ending::kill) {
    kill_left(now);
    return attempt_action::kill_left_at_once;
  }
  enter(attempt_state::ending_left, now + times_.grace);
  return attempt_action::terminate_left;
}

attempt_action attempt_machine::kill_left(time_point now) {
  enter(attempt_state::killing_left, now + times_.kill_timeout);
  return attempt_action::kill_left;
}

attempt_action attempt_machine::expired(const attempt_moment& at) {
  if (is_due(step_, at.now)) return step_over(at);
  if (is_due(holders_, at.now)) {
    holders_.reset();
    // If a shield was granted meanwhile, it may hold the output, and is waited for.
    return at.shields ? attempt_action::none : attempt_action::let_go_of_output;
  }
  if (is_due(shields_, at.now)) {
    shields_.reset();
    return attempt_action::end_shields;
  }
  return attempt_action::none;
}

/// The time of the current state is over.
attempt_action attempt_machine::step_over(const attempt_moment& at) {
  step_.reset();
  switch (state_) {
    case attempt_state::running: {
      const attempt_action action = end(ending::terminate, at);
      ended_by_ = attempt_end::timeout;
      return action;
    }
    case attempt_state::terminating:
      return signal(ending::kill, at);
    case attempt_state::killing:
      enter(attempt_state::over);
      return attempt_action::give_up;
    case attempt_state::leaving:
      step_ = at.now + between_looks;
      return attempt_action::look_at_left;
    case attempt_state::ending_left:
      return kill_left(at.now);
    case attempt_state::killing_left:
      if (at.shields) return attempt_action::none;
      enter(attempt_state::draining);
      return attempt_action::give_up_left;
    default:
      return attempt_action::none;
  }
}

bool attempt_machine::conclude(bool output, bool shields) {
  if (state_ == attempt_state::draining && !output && !shields) enter(attempt_state::over);
  return state_ == attempt_state::over;
}

void attempt_machine::abandoned() {
  enter(attempt_state::over);
}

}  // namespace weir
