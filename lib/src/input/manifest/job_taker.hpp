/// Takes one job of a manifest through all stages up to its needs, which are still names.
///
/// Everything wrong with it is reported, except what only follows from another fault: if the job or
/// its head is faulty, only its names and needs are kept, so that faults between jobs are reported,
/// too.
#pragma once

#include <utility>
#include <vector>

#include "input/manifest/expander.hpp"
#include "input/manifest/field_checker.hpp"
#include "input/manifest/head_reader.hpp"

namespace weir::doc {

class job_taker {
 public:
  /// \param head must outlive this.
  /// \param blocks as for the expander.
  job_taker(const document_head& head, block_finder blocks)
      : head_(head), expander_(head, std::move(blocks)) {}

  /// Appends the jobs that a table stands for to `jobs`, and adds faults for everything wrong with
  /// it.
  /// \param left is reduced by what the jobs take.
  void take(const node& job, std::vector<open_job>& jobs, job_room& left, field_checker& check);

  /// Whether needs can find every job by name.
  bool all_named() const noexcept { return all_named_; }
  /// A job could not be read, so its name is unknown.
  void miss_one() noexcept { all_named_ = false; }

 private:
  const document_head& head_;
  expander expander_;
  bool all_named_ = true;
};

}  // namespace weir::doc
