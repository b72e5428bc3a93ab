// How --halt cuts a run short, and what runs after it all the same.
//
// A halt drops what has not started. Jobs that follow up (needs_graph::follows_up: roll back, clean
// up, report) are what remains of the run: they start when what they need has ended, and a halt
// does not end those that run. Whatever else stops the run, such as Ctrl-C, drops them too.
#include <utility>
#include <vector>

#include "batch/engine_record.hpp"

namespace weir {

bool engine::outlives_halt(const record& job) const {
  return halted_ && job.follows_up;
}

bool engine::may_run(const record& job) const {
  return !stop_.stopping() || outlives_halt(job);
}

/// Until what a halt ends has ended: it may still be writing what is to be rolled back.
bool engine::is_held(const record& job) const {
  return outlives_halt(job) && stop_.phase() != stop_phase::running;
}

bool engine::reads_on() const {
  return !stop_.stopping() || (halted_ && settings_.read_after_halt);
}

void engine::decide_halt(verdict judged, bool allowed) {
  const auto urgency = halt_.ended(judged, allowed, total_);
  if (urgency == halt_rule::urgency::never) return;
  halted_ = true;
  result_.stopped = true;
  result_.enough = settings_.halt.what == halt_rule::event::success;
  stop_reason_ = "--halt";
  const auto request =
      urgency == halt_rule::urgency::now ? stop_request::halt : stop_request::finish;
  const auto action = stop_.request(request, std::chrono::steady_clock::now(), running());
  if (!settings_.read_after_halt) source_.close();
  follow(action);
  end_waiting();
  go_on_after_halt();
}

/// Once nothing runs any more that the halt has to end.
void engine::go_on_after_halt() {
  const stop_phase phase = stop_.phase();
  const bool ending = phase != stop_phase::running && phase != stop_phase::gave_up;
  if (!halted_ || !ending || running().all > 0) return;
  stop_.halt_over();
  deadline_.cancel();
  std::vector<record*> held = std::exchange(held_, {});
  if (!held.empty() || !waiting_.empty()) announce_stop();
  for (record* job : held) start_ready(*job);
}

}  // namespace weir
