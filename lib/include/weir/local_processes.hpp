/// Runs jobs as processes of this machine: the executor of the weir command, for programs of yours.
///
/// Each job is a process group without a terminal of its own, is killed when the thread that
/// started it ends, and is ended with all that descends from it. Children are waited for one by
/// one: a program that calls wait(2) for any child would take their exit status away, and one that
/// ignores SIGCHLD has none (wait(2)).
#pragma once

#include <memory>
#include <string>

#include <weir/executor.hpp>

namespace weir {

struct local_processes_options {
  duration close_timeout =
      std::chrono::seconds(10);                    ///< from TERM to KILL, of jobs that say nothing
  leftover_rule leftovers = leftover_rule::leave;  ///< of jobs that say nothing themselves
};

class local_processes final : public executor {
 public:
  /// Signals that are blocked or ignored now are so in jobs. \throws io_error when a descriptor is
  /// missing.
  explicit local_processes(loop_executor loop, local_processes_options options = {});
  ~local_processes() override;

  void report_to(inbox& to) override;
  awaitable<attempt_result> run(attempt_request request, running_attempt*& handle) override;
  awaitable<leftovers> end_leftovers(bool unknown_too, duration grace) override;
  void hurry_leftovers() override;

 private:
  std::unique_ptr<executor> all_;
};

}  // namespace weir
