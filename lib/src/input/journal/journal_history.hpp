/// What a journal says of the jobs of the run that is resumed: how they ended, or that they did
/// not.
///
/// It takes the lines in their order and knows no file. A run that did not resume another one
/// begins anew; so does a line of a run whose beginning is damaged: better a job that runs twice
/// than one that never ran. 17 bytes for each job that ended while it reads, 28 afterwards.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "input/journal/journal_line.hpp"

namespace weir {

class journal_history {
 public:
  /// One line, without its newline. \returns false for damage.
  bool take(std::string_view line);
  /// No more lines. Before the first next().
  void finish();

  /// What is known of a job; jobs with one key are taken one after the other.
  /// \returns unknown, succeeded, failed, skipped or unfinished.
  earlier_run next(const job_key& key);
  /// How the job ended that next() has just told of; null: exit 0, or it has no end.
  std::shared_ptr<const outcome> end_of(const job_key& key, earlier_run told);

  /// Jobs that ended and were not run again since.
  std::uint64_t ended() const noexcept { return ended_; }
  /// Jobs that had started and have no end.
  std::uint64_t unfinished() const;
  /// Titles of the first of these, for people, not escaped.
  std::vector<std::string> unfinished_titles(std::size_t most) const;
  /// What a job took on average, of those that ran to an end; none: no job did.
  std::optional<std::chrono::nanoseconds> mean_time() const;
  /// The last run has no finish.
  bool is_interrupted() const noexcept { return interrupted_; }
  /// The version of a run that is not journal_version: nothing here is to be relied on then.
  std::optional<std::int64_t> other_version() const noexcept { return other_version_; }
  /// The pid that wrote the last run, and when it began; 0 without a run.
  std::int64_t last_pid() const noexcept { return last_pid_; }
  const std::string& last_start() const noexcept { return last_start_; }
  /// The directory that it ran in, as far as the bytes are UTF-8; empty: not known.
  const std::string& last_dir() const noexcept { return last_dir_; }

 private:
  /// One job that ended so; or, with `undone`, one that did and has been started again.
  struct [[gnu::packed]] mark {
    job_key key;
    std::uint8_t what;  // of marks
  };
  struct counts {
    job_key key;
    std::array<std::uint32_t, 3> left;  // succeeded, failed, skipped
  };
  struct open_start {
    std::uint64_t count = 0;
    std::string title;
  };

  void begin(const journal_entry& run);
  void start(const journal_entry& e);
  void end(const journal_entry& e);
  void close_start(const job_key& key);
  std::shared_ptr<const outcome> take_end(const job_key& key, std::uint8_t what);

  std::string run_;  ///< id of the run that lines are taken of
  std::deque<mark> marks_;
  std::vector<counts> jobs_;  ///< sorted by key
  std::map<job_key, open_start> open_;
  /// What is not plain exit 0, by key and mark, in order: few jobs, as a rule.
  std::multimap<std::pair<job_key, std::uint8_t>, std::shared_ptr<const outcome>> other_ends_;
  std::uint64_t ended_ = 0;
  std::uint64_t timed_ = 0;
  std::chrono::nanoseconds time_{};
  bool interrupted_ = false;
  std::optional<std::int64_t> other_version_;
  std::int64_t last_pid_ = 0;
  std::string last_start_;
  std::string last_dir_;
};

}  // namespace weir
