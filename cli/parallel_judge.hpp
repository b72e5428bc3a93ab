/// The exit status of GNU parallel: how many jobs failed, or what --halt makes of them.
#pragma once

#include "dialects/parallel.hpp"
#include "run_judge.hpp"

namespace weir::cli {

class parallel_judge final : public run_judge {
 public:
  /// \param percent the rule counts a share of the jobs.
  parallel_judge(parallel_halt halt, bool percent) : halt_(halt), percent_(percent) {}

  void on(const event& e) override;
  int status(const run_end& end) const override;

 private:
  parallel_halt halt_;
  bool percent_;
  int last_failure_ = 0;  ///< as a shell tells it
};

}  // namespace weir::cli
