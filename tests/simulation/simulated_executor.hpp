/// Attempts that are not processes: each does what its plan says, in simulated time.
///
/// They run, write, wait for a slow reader, ignore TERM or everything, die of signals, cannot start
/// for a while, and leave processes behind. Shielded parts may be granted before the run knows of
/// them, and a stop does not end those that it does not know, as with workers. Like those of real
/// attempts, their timers belong to the run, so they stand still with it.
#pragma once

#include <vector>

#include <weir/executor.hpp>

#include "loop/timer_queue.hpp"
#include "simulation/invariants.hpp"
#include "simulation/scenario.hpp"

namespace simulation {

class simulated_executor final : public weir::executor {
 public:
  simulated_executor(const scenario& plan, weir::timer_queue& timers, invariants& told)
      : plan_(plan), timers_(timers), told_(told) {}

  void report_to(weir::inbox& to) override { inbox_ = &to; }
  weir::awaitable<weir::attempt_result> run(weir::attempt_request request,
                                            weir::running_attempt*& handle) override;
  weir::awaitable<weir::leftovers> end_leftovers(bool unknown_too, duration grace) override;
  /// Somebody else sends TERM to all of them.
  void terminate_all();

 private:
  class attempt;
  void want_room(bool now);

  const scenario& plan_;
  weir::timer_queue& timers_;
  invariants& told_;
  weir::inbox* inbox_ = nullptr;
  unsigned wanting_room_ = 0;
  std::vector<attempt*> running_;
  std::vector<attempt*> parts_;  ///< attempts with a part that is shielded now
  std::vector<weir::process_left> left_;
};

}  // namespace simulation
