// How a run is cut short by --halt, or by jobs none of which can start, and what still runs after
// that.
//
// A halt drops what has not started. Jobs that follow up (needs_graph::follows_up: roll back, clean
// up, report) are what remains of the run: they start when what they need has ended, and a halt
// does not end those that run. Anything else that stops the run, such as Ctrl-C, drops them, too.
#include <algorithm>
#include <utility>
#include <vector>

#include "batch/engine.hpp"
#include "values/stop_reason.hpp"

namespace weir {

bool engine::outlives_halt(const job_record& job) const {
  return halted_ && job.follows_up;
}

bool engine::may_run(const job_record& job) const {
  if (job.unwanted) return false;
  return !stop_.stopping() || outlives_halt(job);
}

/// Held until everything that a halt ends has ended: that may still be writing what is to be rolled
/// back.
bool engine::is_held(const job_record& job) const {
  return outlives_halt(job) && stop_.phase() != stop_phase::running;
}

void engine::decide_halt(verdict judged, bool allowed) {
  const auto urgency = halt_.ended(judged, allowed, total_, input_ended_);
  if (urgency == halt_rule::urgency::never) return;
  result_.enough = settings_.halt.what == halt_rule::event::success;
  halt(urgency == halt_rule::urgency::now ? stop_request::halt : stop_request::finish,
       std::string(reason_halt));
}

/// Whether `failed` shows that no job can start: the others would execute the same program, as far
/// as they are known. Lines still to come may be anything.
bool engine::is_hopeless(const job_record& failed, const outcome& how) {
  const job_spec& job = failed.spec;
  if (!settings_.end_hopeless || stop_.stopping() ||
      !start_failures_.ended(how, job.settings->allow_failure))
    return false;
  if (settings_.one_program) return true;
  if (!input_ended_) return false;
  const bool alike = std::ranges::all_of(lives_.all(), [&](const job_record& other) {
    const job_settings& settings = *other.spec.settings;
    return other.spec.argv.at(0) == job.argv.at(0) && settings.dir == job.settings->dir &&
           settings.env == job.settings->env;
  });
  if (!alike) start_failures_.hope();
  return alike;
}

void engine::halt(stop_request what, std::string reason) {
  halted_ = true;
  result_.stopped = true;
  stop_reason_ = std::move(reason);
  const auto action = stop_.request(what, timers_.now(), running());
  if (!settings_.read_after_halt) source_.close();
  follow(action);
  end_waiting();
  go_on_after_halt();
}

/// Goes on once nothing runs any more that the halt has to end.
void engine::go_on_after_halt() {
  if (!halted_ || stop_.phase() == stop_phase::running || running().all > 0) return;
  stop_.halt_over();
  deadline_.cancel();
  const std::vector<job_record*> held = lives_.in(job_stage::held);
  if (!held.empty() || lives_.any_needing()) announce_stop();
  for (job_record* job : held) start_ready(*job);
}

}  // namespace weir
