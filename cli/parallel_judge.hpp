/// The exit status of GNU parallel: how many jobs failed, or what --halt makes of them.
#pragma once

#include "dialects/parallel.hpp"
#include "run_judge.hpp"

namespace weir::cli {

class parallel_judge final : public run_judge {
 public:
  /// \param percent the rule counts a share of the jobs. \param semaphore runs one command, whose
  /// status it is.
  parallel_judge(parallel_halt halt, bool percent, bool semaphore)
      : halt_(halt), percent_(percent), semaphore_(semaphore) {}

  void on(const event& e) override;
  int status(const run_end& end) const override;

 private:
  parallel_halt halt_;
  bool percent_;
  bool semaphore_;
  int last_failure_ = 0;  ///< as a shell tells it
};

}  // namespace weir::cli
