/// Replays a run that is over from its journal, as the events that its observers received.
///
/// As far as the journal knows them: it has no output and no needs, and of waits only how long they
/// took in all. Entries are taken in
/// order, and files are not its business. If the journal has several runs, the last is replayed;
/// jobs that ended in a run which it resumed are not repeated. A job without an end, because weir
/// was killed, is reported as cancelled at the last moment that the journal knows.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <weir/event.hpp>

#include "input/journal/journal_line.hpp"
#include "values/run_identity.hpp"

namespace weir {

/// Collects what has to be known before the first event: the first of two passes over the journal.
class journal_survey {
 public:
  void take(const journal_entry& e);

  /// The id of the last run; empty if there is none.
  const std::string& run() const noexcept { return run_; }
  std::chrono::system_clock::time_point started_at() const noexcept { return started_at_; }
  /// The highest number of a slot used, and so how many jobs ran at once.
  unsigned most_slots() const noexcept { return most_slots_; }
  const std::string& dir() const noexcept { return dir_; }
  /// The run's own command line; empty if the journal does not say.
  const std::string& command() const noexcept { return command_; }
  /// The least max_rss that the run can have told; 0 if the journal does not say.
  std::uint64_t floor() const noexcept { return floor_; }

 private:
  std::string run_;
  std::string dir_;
  std::string command_;
  std::uint64_t floor_ = 0;
  std::chrono::system_clock::time_point started_at_;
  unsigned most_slots_ = 0;
};

class journal_replay {
 public:
  using time = std::chrono::steady_clock::time_point;

  /// `run` and `to` must outlive this. \param run with the times from the survey.
  journal_replay(const run_identity& run, const std::string& id, observer& to)
      : run_(run), id_(id), to_(to), now_(run.started()) {}

  void take(const journal_entry& e);
  /// No more entries follow: reports the end of the jobs that were still running.
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
  void hold(const journal_entry::wait& one);

  const run_identity& run_;
  const std::string& id_;
  observer& to_;
  time now_;
  std::map<std::uint64_t, open_job> open_;  ///< by seq
  std::string repeat_;                      ///< journal_entry::repeat
  std::set<std::uint64_t> added_;           ///< jobs that the run's manifest does not have
  bool finished_ = false;
};

}  // namespace weir
