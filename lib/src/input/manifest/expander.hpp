/// Turns a job as it was written into the jobs that run: defaults merged in, one job for each
/// combination of its matrix. Their needs are still names.
#pragma once

#include <cstddef>
#include <vector>

#include "input/manifest/field_checker.hpp"
#include "input/manifest/head_reader.hpp"
#include "input/manifest/job_draft.hpp"
#include "input/manifest/manifest.hpp"

namespace weir::doc {

/// A job whose needs are not yet connected: job.needs and spec.seq are empty.
struct open_job {
  manifest_job job;
  std::vector<need_draft> needs;
  position at;  ///< of its name, else of its table
};

class expander {
 public:
  /// Bytes of arguments and names that the jobs of one manifest, or of one JSON line, may grow to.
  static constexpr std::size_t most_bytes = 1u << 30;

  /// \param head must outlive it.
  explicit expander(const document_head& head) : head_(head) {}

  /// Appends the draft's jobs to `jobs`, or faults.
  /// \param bytes_left is reduced by what they take.
  void expand(const job_draft& draft, std::vector<open_job>& jobs, std::size_t& bytes_left,
              field_checker& check);

 private:
  using settings_pointer = std::shared_ptr<const job_settings>;

  settings_pointer shared(job_settings settings);

  const document_head& head_;
  settings_pointer last_;  // most jobs have the settings of the one before
};

}  // namespace weir::doc
