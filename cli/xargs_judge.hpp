/// The exit status of xargs, and what stops it: POSIX, xargs, EXIT STATUS and CONSEQUENCES OF
/// ERRORS; 123 to 125 are findutils'.
#pragma once

#include "run_judge.hpp"

namespace weir::cli {

class xargs_judge final : public run_judge {
 public:
  void on(const event& e) override;
  int status(const run_end& end) const override;

 private:
  void end_by(int status, const std::string& why);

  int status_ = 0;
  bool ended_ = false;  ///< a job has stopped the run; what others do no longer counts
};

}  // namespace weir::cli
