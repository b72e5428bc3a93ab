/// The executor of a worker in the simulated world: attempts that are not processes.
///
/// They run, write, wait for credit, ignore TERM, have shielded parts, and cannot start for a
/// while. They die with their machine.
#pragma once

#include <functional>
#include <vector>

#include <weir/executor.hpp>

#include "loop/timer_queue.hpp"
#include "simulation/workers/plan.hpp"
#include "simulation/workers/rules.hpp"

namespace simulation::workers {

class site final : public weir::executor {
 public:
  /// \param number of the worker. \param timers of its jobs.
  site(const plan& p, std::size_t number, weir::timer_queue& timers, rules& told,
       duration close_timeout, std::function<void()> shields_changed)
      : plan_(p),
        number_(number),
        timers_(timers),
        told_(told),
        close_timeout_(close_timeout),
        shields_changed_(std::move(shields_changed)) {}

  void report_to(weir::inbox& to) override { inbox_ = &to; }
  weir::awaitable<weir::attempt_result> run(weir::attempt_request request,
                                            weir::running_attempt*& handle) override;

  /// The machine is gone: nothing runs any more, and whoever learns of that does not matter.
  void die();

 private:
  class attempt;
  void want_room(bool now);

  const plan& plan_;
  std::size_t number_;
  weir::timer_queue& timers_;
  rules& told_;
  duration close_timeout_;
  std::function<void()> shields_changed_;
  weir::inbox* inbox_ = nullptr;
  std::vector<attempt*> running_;
  std::vector<attempt*> parts_;
  bool dead_ = false;
  unsigned wanting_room_ = 0;
};

}  // namespace simulation::workers
