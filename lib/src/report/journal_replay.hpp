/// A run that is over, told again from its journal: the events that its observers had.
///
/// As far as the journal knows them: no output, no needs, no waits. It takes entries in their
/// order, and knows no file. Of several runs in one journal the last is told; jobs that ended in a
/// run which it resumed are not told again. A job whose end is missing, since weir was killed, is
/// told as cancelled at the last moment that the journal knows.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <weir/event.hpp>

#include "input/journal/journal_line.hpp"
#include "values/run_identity.hpp"

namespace weir {

/// What has to be known before the first event: the first of two passes over the journal.
class journal_survey {
 public:
  void take(const journal_entry& e);

  /// Of the last run; empty: there is none.
  const std::string& run() const noexcept { return run_; }
  std::chrono::system_clock::time_point started_at() const noexcept { return started_at_; }
  /// The most that ran at once had this slot.
  unsigned most_slots() const noexcept { return most_slots_; }
  const std::string& dir() const noexcept { return dir_; }

 private:
  std::string run_;
  std::string dir_;
  std::chrono::system_clock::time_point started_at_;
  unsigned most_slots_ = 0;
};

class journal_replay {
 public:
  using time = std::chrono::steady_clock::time_point;

  /// Both must outlive this. \param run with the times of the survey.
  journal_replay(const run_identity& run, const std::string& id, observer& to)
      : run_(run), id_(id), to_(to), now_(run.started()) {}

  void take(const journal_entry& e);
  /// No more entries: what was running when they ended is told.
  void finish();

  /// The time of the last entry.
  time now() const noexcept { return now_; }

 private:
  struct open_job {
    job_spec spec;
    unsigned attempt = 0;
    unsigned slot = 0;
    time started{};
  };

  void start(const journal_entry& e);
  void end(const journal_entry& e);
  void stop(const std::string& reason);

  const run_identity& run_;
  const std::string& id_;
  observer& to_;
  time now_;
  std::map<std::uint64_t, open_job> open_;  ///< by seq
  bool finished_ = false;
};

}  // namespace weir
