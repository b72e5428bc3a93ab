/// Turns a job as written into the jobs that run: defaults merged in, one job for each combination
/// of its matrix. Their needs are still names.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "input/manifest/field_checker.hpp"
#include "input/manifest/head_reader.hpp"
#include "input/manifest/job_draft.hpp"
#include "input/manifest/manifest.hpp"
#include "input/shell_program.hpp"

namespace weir::doc {

/// A job whose needs are not yet connected: job.needs and spec.seq are empty.
struct open_job {
  manifest_job job;
  std::vector<need_draft> needs;
  std::vector<std::string> partial_names;  ///< template_set::partial_names
  position at;                             ///< of its name, or of its table if it has none
};

/// How much the jobs of one manifest, or of one JSON line, may still grow.
struct job_room {
  std::size_t jobs = most_jobs;
  std::size_t bytes = 1u << 30;  ///< of arguments, names, variables and input
};

class expander {
 public:
  /// \param head must outlive this.
  /// \param blocks finds the blocks of files that jobs split; empty: splitting is a fault.
  expander(const document_head& head, block_finder blocks)
      : head_(head), blocks_(std::move(blocks)) {}

  /// Appends the draft's jobs to `jobs`, or adds faults: `draft` then still has its names and
  /// needs.
  /// \param left is reduced by what the jobs take.
  void expand(job_draft& draft, std::vector<open_job>& jobs, job_room& left, field_checker& check);
  /// Appends a faulty draft's jobs: they can be named and have needs, but cannot run.
  /// \returns false, and appends none, if the fault leaves their names in doubt.
  bool expand_names(job_draft&& draft, std::vector<open_job>& jobs, const job_room& left);
  /// Adds faults for pools that do not exist or are too small; expand() does that, too.
  void check_pools(const std::vector<pool_use>& uses, field_checker& check);
  /// The same for a label that no place has.
  void check_label(const placed_text& label, field_checker& check);
  /// The same for more GPUs than there are.
  void check_gpus(const gpus_draft& gpus, field_checker& check);

 private:
  using settings_pointer = std::shared_ptr<const job_settings>;

  void expand_matrix(job_draft& draft, std::vector<open_job>& jobs, job_room& left,
                     field_checker& check);
  bool splits(const job_draft& draft) const;
  std::vector<block_input> blocks_of(const stdin_draft& input, const std::string& file,
                                     std::size_t most, field_checker& check) const;
  void check_draft(const job_draft& draft, field_checker& check);
  bool add(open_job&& open, position at, std::vector<open_job>& jobs, job_room& left,
           field_checker& check);
  settings_pointer settings_of(const settings_draft& own);
  settings_pointer shared(job_settings settings);

  const shell_program& shell();

  const document_head& head_;
  block_finder blocks_;
  std::string shell_text_;
  shell_program shell_;                                        // from shell_text_
  std::unordered_map<std::string_view, unsigned> capacities_;  // of head_.pools, once needed
  std::optional<std::vector<std::string>> labels_;             // of places, once needed
  std::optional<std::optional<unsigned>> most_gpus_;           // of a place, once needed
  settings_pointer counted_;                                   // last one counted against the room
  settings_pointer last_;  // most jobs have the settings of the one before
  settings_draft written_;
  settings_pointer as_written_;  // for a job with the settings in written_
};

}  // namespace weir::doc
