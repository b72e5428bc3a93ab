/// The exit status of GNU parallel: how many jobs failed, or what --halt makes of them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
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
  /// What --halt makes a status of.
  struct ends {
    std::uint64_t failed = 0;
    int last = 0;  ///< of the job that ended last, as a shell reports it
  };

  void tell(const stop_changed& change) const;
  bool halts_at_first(std::uint64_t jobs) const;

  halt_rule halt_;
  bool semaphore_;
  bool tells_;
  bool elsewhere_;
  std::shared_ptr<const job_facts> facts_;
  bool no_worker_left_ = false;
  ends now_;
  /// When --halt stopped the run: jobs that still ran then may end in any way.
  std::optional<ends> at_halt_;
  int last_failure_ = 0;  ///< as a shell reports it
};

}  // namespace weir::cli
