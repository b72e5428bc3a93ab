/// The exit status of GNU parallel: how many jobs failed, or what --halt makes of them.
#pragma once

#include "input/halt.hpp"
#include "run_judge.hpp"

namespace weir::cli {

class parallel_judge final : public run_judge {
 public:
  /// \param semaphore runs one command, whose status it is.
  parallel_judge(halt_rule halt, bool semaphore) : halt_(halt), semaphore_(semaphore) {}

  void on(const event& e) override;
  int status(const run_end& end) const override;

 private:
  halt_rule halt_;
  bool semaphore_;
  int last_failure_ = 0;  ///< as a shell tells it
};

}  // namespace weir::cli
