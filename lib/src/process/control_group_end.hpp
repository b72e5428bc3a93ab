/// The end of a run's control group: by the run itself, by its keeper when the engine was killed,
/// or by the next weir when nobody of it lives.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace weir {

/// Whether any process of a job lives in it that may not stay.
bool jobs_live_in_run_group(const std::string& path);

/// Of jobs in it that have left nothing which may stay: KILL to their processes.
/// \param pids those there were, to be told.
/// \returns whether any lives.
bool kill_jobs_of_run_group(const std::string& path, std::vector<pid_t>* pids = nullptr);

/// Removes what is empty of it, and lets weir's own processes go back to where they were. What is
/// not empty stays.
void remove_run_group(const std::string& path);

/// A group that a killed weir has left.
struct left_group {
  std::string path;
  std::size_t processes = 0;  ///< that lived, of jobs
  bool ended = true;          ///< none of them lives any more
};

/// Ends those that this user's killed runs have left: in this group, those above it that may be
/// written to, and those in them. Never that of a run which lives.
/// \param base a group, as a directory.
/// \returns those in which processes were ended, or would not end.
std::vector<left_group> end_left_groups(const std::string& base);

/// In words for people.
std::string text_of(const left_group& one);

}  // namespace weir
