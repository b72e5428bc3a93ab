/// The exit status of GNU parallel: how many jobs failed, or what --halt makes of them.
#pragma once

#include <memory>
#include <utility>

#include "input/halt.hpp"
#include "input/job_facts.hpp"
#include "run_judge.hpp"

namespace weir::cli {

class parallel_judge final : public run_judge {
 public:
  /// \param semaphore runs one command, whose status is used.
  /// \param tells reports what nothing else does: why jobs did not start, or were killed, and a
  /// hangup.
  /// \param elsewhere jobs run on other machines: reports those that cannot be used.
  /// \param facts of the jobs: what skip() leaves out counts as failed in GNU parallel; null:
  /// nothing is left out.
  parallel_judge(halt_rule halt, bool semaphore, bool tells, bool elsewhere,
                 std::shared_ptr<const job_facts> facts)
      : halt_(halt),
        semaphore_(semaphore),
        tells_(tells),
        elsewhere_(elsewhere),
        facts_(std::move(facts)) {}

  void on(const event& e) override;
  int status(const run_end& end) const override;

 private:
  void tell(const stop_changed& change) const;

  halt_rule halt_;
  bool semaphore_;
  bool tells_;
  bool elsewhere_;
  std::shared_ptr<const job_facts> facts_;
  bool no_worker_left_ = false;
  int last_failure_ = 0;  ///< as a shell reports it
};

}  // namespace weir::cli
