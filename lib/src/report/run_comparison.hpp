/// What changed from one run to a later one of the same jobs, by their journals: a pure function.
///
/// Jobs are matched by title, so that runs in different directories can be compared; the second job
/// with the same title is a different job.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "input/journal/journal_line.hpp"

namespace weir {

/// How the jobs of a journal's last run ended.
class run_ends {
 public:
  struct job_end {
    verdict judged;
    unsigned attempts;
    std::chrono::nanoseconds took;  ///< of the last attempt
    std::string how;                ///< for people
  };

  void take(const journal_entry& e);

  /// By title, with " (2)" added for the second job of that title.
  const std::map<std::string, job_end>& all() const noexcept { return ends_; }
  /// Whether there was a run at all.
  bool has_run() const noexcept { return !run_.empty(); }

 private:
  std::string run_;
  std::map<std::uint64_t, std::string> titles_;  ///< of jobs that have not ended, by seq
  std::map<std::string, job_end> ends_;
};

struct comparison {
  std::vector<std::string>
      lines;              ///< escaped, one for each job that changed, and counts in the last
  bool is_worse = false;  ///< a job fails, is flaky or is slower that was not before
};

/// A job is slower if it took at least a fifth and 0.1 s longer.
comparison compare(const run_ends& before, const run_ends& now);

}  // namespace weir
