/// Which jobs of a resumed run, though they have ended, run again because a job that they need
/// does.
///
/// As make rebuilds what depends on something newer: a test of what was built again, and what
/// cleans up after a job that runs again, must not count as done.
#pragma once

#include <cstdint>
#include <unordered_map>

#include <weir/event.hpp>
#include <weir/job_spec.hpp>

#include "batch/needs.hpp"
#include "input/journal/journal_history.hpp"

namespace weir {

/// How a job that does not run again ended in the run being resumed. One without an end may have
/// done anything or nothing: no job may rely on it.
verdict judged_earlier(earlier_run earlier);

class resumed_needs {
 public:
  /// Call once for each job, in the order of the input.
  /// \param job with what its own history says, as job_spec::earlier.
  /// \param ends where the journal says that it ended.
  /// \returns what holds in the light of the jobs that it needs.
  earlier_run decide(const job_spec& job, journal_history::end_lines ends);

 private:
  struct needed_job {
    bool changes = false;          ///< it runs in this run
    std::uint32_t first_line = 0;  ///< of its end in the journal
  };

  bool is_outdated(const job_spec& job, journal_history::end_lines ends) const;
  bool starts(const job_spec& job);
  void keep(const job_spec& job, earlier_run how);

  std::unordered_map<std::uint64_t, needed_job> needed_;  ///< jobs with a name, by number
  needs_graph kept_;                                      ///< jobs that do not run again
};

}  // namespace weir
