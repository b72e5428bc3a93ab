/// Runs jobs as processes on this machine: the weir command's executor, for use in other programs.
///
/// Each job is a process group without a controlling terminal. It is killed if the thread that
/// started it ends, and is ended together with all its descendants. Children are waited for by pid:
/// a program that calls wait(2) for any child would steal their exit status, and one that ignores
/// SIGCHLD has none to collect (wait(2)).
#pragma once

#include <memory>
#include <string>

#include <weir/executor.hpp>

namespace weir {

struct local_processes_options {
  duration close_timeout =
      std::chrono::seconds(10);  ///< from SIGTERM to SIGKILL, unless a job sets its own
  leftover_rule leftovers = leftover_rule::leave;  ///< unless a job sets its own
};

class local_processes final : public executor {
 public:
  /// Jobs inherit the signals that are blocked or ignored now. \throws io_error if there are not
  /// enough file descriptors.
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
