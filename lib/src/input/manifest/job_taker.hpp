/// Takes one job of a manifest through all stages up to its needs, which are still names.
///
/// All that is wrong with it is told, but not what only follows from another fault: of a job that
/// is at fault, or stands under a head that is, no more than its names and needs goes on, so that
/// what is wrong between jobs is told, too.
#pragma once

#include <utility>
#include <vector>

#include "input/manifest/expander.hpp"
#include "input/manifest/field_checker.hpp"
#include "input/manifest/head_reader.hpp"

namespace weir::doc {

class job_taker {
 public:
  /// \param head must outlive it. \param blocks as for the expander.
  job_taker(const document_head& head, block_finder blocks)
      : head_(head), expander_(head, std::move(blocks)) {}

  /// Appends the jobs that a table stands for to `jobs`, with all that is wrong with it as faults.
  /// \param left is reduced by what they take.
  void take(const node& job, std::vector<open_job>& jobs, job_room& left, field_checker& check);

  /// No job is missing among those that needs may mean.
  bool all_named() const noexcept { return all_named_; }
  /// One is: what it was could not be read.
  void miss_one() noexcept { all_named_ = false; }

 private:
  const document_head& head_;
  expander expander_;
  bool all_named_ = true;
};

}  // namespace weir::doc
