/// A timeout as a share of the median run time, learnt during the run (--timeout 200%). Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <weir/job_spec.hpp>

namespace weir {

class median_timeout {
 public:
  /// \param share of the median: 2.0 is 200 %.
  explicit median_timeout(double share) : share_(share) {}

  /// A job took this long. \returns whether there is a limit now.
  bool learn(duration took);

  /// nullopt before three jobs have been learnt from, as in GNU parallel.
  std::optional<duration> limit() const;

 private:
  double share_;
  std::vector<duration> sorted_;  ///< of the latest jobs
  std::vector<duration> latest_;  ///< the same in the order in which they came, as a ring
  std::size_t next_ = 0;
};

}  // namespace weir
