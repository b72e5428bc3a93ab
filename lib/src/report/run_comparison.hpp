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

/// How the jobs of a journal's last run ended; of those that it did not run again, in the runs that
/// it resumed.
class run_ends {
 public:
  struct job_end {
    verdict judged = verdict::cancelled;
    unsigned attempts = 0;
    std::chrono::nanoseconds took{};  ///< of the last attempt
    std::string how = "unfinished";   ///< for people

    bool has_ended() const noexcept {
      return judged == verdict::succeeded || judged == verdict::failed;
    }
  };

  struct job {
    job_key key;
    std::uint64_t seq;
    std::string title;
    job_end end;
    unsigned run;  ///< the last one that started it
  };

  void take(const journal_entry& e);

  /// By title, with " (2)" added for the second job of that title.
  std::map<std::string, job> named() const;
  /// Of jobs that never started: the journal has no titles of those.
  const std::multimap<job_key, job_end>& nameless() const noexcept { return nameless_; }
  /// Why jobs may not have been started; empty: the run came to its end.
  std::string cut_short() const;
  /// Whether there was a run at all.
  bool has_run() const noexcept { return !run_.empty(); }

 private:
  void begin(const journal_entry& e);
  void start(const journal_entry& e);
  void end(const journal_entry& e);
  bool is_started_again(const job& one, const journal_entry& e) const;

  std::string run_;
  unsigned runs_ = 0;  ///< of those that resumed each other
  bool finished_ = false;
  std::string stopped_;
  std::vector<job> jobs_;
  std::map<std::uint64_t, std::size_t> open_;  ///< places in jobs_ of those running, by seq
  std::multimap<job_key, std::size_t> places_;
  std::multimap<job_key, job_end> nameless_;
};

struct comparison {
  std::vector<std::string>
      lines;              ///< escaped, one for each job that changed, and counts in the last
  bool is_worse = false;  ///< a job fails, is flaky, slower or did not run to its end that was not
                          ///< so before
};

/// A job is slower if it took at least a fifth and 0.1 s longer.
comparison compare(const run_ends& before, const run_ends& now);

}  // namespace weir
