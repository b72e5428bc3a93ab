/// What a journal says about the jobs of the run to resume: how they ended, or that they did not.
///
/// It takes the lines in order and knows nothing about files. A run that did not resume another
/// starts over; so does a line whose run has a damaged beginning: better a job that runs twice than
/// one that never ran. It needs 25 bytes for each job that ended while reading, 36 afterwards, and
/// 16 more for each of several with one key.
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
#include "input/journal/row_mark.hpp"

namespace weir {

class journal_history {
 public:
  /// One line, without its newline.
  /// \returns false if it is damaged.
  bool take(std::string_view line);
  /// Call before the first take(): keeps how much memory jobs took, in all runs.
  void keep_peaks() { keeps_peaks_ = true; }
  /// By key, in bytes; moves them out.
  std::map<job_key, std::uint64_t> take_peaks() { return std::move(peaks_); }

  /// Call after the last line, and before the first next().
  void finish();

  /// What is known about a job. Of those with one key, it is the one that had the same number, if
  /// any; otherwise they are taken one after another, so that as many run as have not ended.
  /// \returns unknown, succeeded, failed, skipped or unfinished.
  earlier_run next(const job_key& key, std::uint64_t seq = 0);
  /// How the job that next() has just reported ended; null: exit 0, or it did not end.
  std::shared_ptr<const outcome> end_of(const job_key& key, earlier_run told);

  /// Where the ends are that count, of jobs with one key; lines are counted from 1, 0: none ended.
  struct end_lines {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };
  end_lines lines_of(const job_key& key);

  /// The lines that were added during the run, each with the number of its job; moves them out.
  std::deque<std::pair<std::uint64_t, std::string>> take_added() { return std::move(added_); }
  std::size_t added() const noexcept { return added_.size(); }

  /// Jobs that ended and have not run again since.
  std::uint64_t ended() const noexcept { return ended_; }
  /// Whether any job may have ended, even if it has run again since: a line may be damaged. If not,
  /// other records have nothing of the run either; see end_turn in record.hpp.
  bool may_have_ends() const noexcept { return may_have_ends_; }
  /// Whether a row tells of an end that is here, or of an earlier run than the last.
  end_test knows() const;
  /// Jobs that started but did not end.
  std::uint64_t unfinished() const;
  /// Titles of the first of those, for people, not escaped.
  std::vector<std::string> unfinished_titles(std::size_t most) const;
  /// The mean duration of jobs that ran to an end; nullopt: none did.
  std::optional<std::chrono::nanoseconds> mean_time() const;
  /// Whether the last run did not finish.
  bool is_interrupted() const noexcept { return interrupted_; }
  /// The version of a run if it is not journal_version: nothing here can then be relied on.
  std::optional<std::int64_t> other_version() const noexcept { return other_version_; }
  /// The pid that wrote the last run, and when that began; 0 without a run.
  std::int64_t last_pid() const noexcept { return last_pid_; }
  const std::string& last_start() const noexcept { return last_start_; }
  /// The directory it ran in, as far as the bytes are UTF-8; empty: unknown.
  const std::string& last_dir() const noexcept { return last_dir_; }

 private:
  /// One job that ended, or one that had and was started again.
  struct [[gnu::packed]] mark {
    job_key key;
    std::uint8_t what;  // of marks
    std::uint32_t line;
    std::uint32_t seq;  // 0: too large
  };
  /// The end of one of several jobs with one key.
  struct equal_end {
    std::uint32_t seq;
    std::uint8_t what;
  };
  struct counts {
    job_key key;
    std::array<std::uint32_t, 3> left;  // succeeded, failed, skipped
    std::uint32_t first_line;           // of those ends
    std::uint32_t last_line;
  };
  /// How one ended that is not exit 0.
  struct other_end {
    std::uint64_t seq;
    std::shared_ptr<const outcome> how;
  };
  struct open_start {
    std::vector<std::uint64_t> seqs;  ///< of those that have not ended
    std::string title;
  };

  void begin(const journal_entry& run);
  void start(const journal_entry& e);
  void end(const journal_entry& e);
  void learn_peak(const journal_entry& e);
  void close_start(const job_key& key, std::uint64_t seq);
  std::shared_ptr<const outcome> take_end(const job_key& key, std::uint8_t what, std::uint64_t seq);
  std::optional<std::uint8_t> take_known(counts& of, std::uint64_t seq);
  bool is_open(const job_key& key, std::uint64_t seq) const;
  counts* find(const job_key& key);
  static counts count(const std::vector<mark>& same);
  static std::deque<equal_end> ends_of_equals(const std::vector<mark>& same);

  std::string run_;          ///< id of the run whose lines are being read
  std::uint32_t lines_ = 0;  ///< so far
  std::deque<mark> marks_;
  std::vector<counts> jobs_;  ///< sorted by key
  std::map<job_key, open_start> open_;
  /// Ends other than exit 0, by key and mark, in order: usually few jobs.
  std::multimap<std::pair<job_key, std::uint8_t>, other_end> other_ends_;
  std::map<job_key, std::deque<equal_end>> equals_;  ///< taken near the front, as a rule
  std::uint64_t taken_ = 0;  ///< number of the job whose end next() took; 0: not known
  std::deque<std::pair<std::uint64_t, std::string>> added_;
  std::vector<bool> ended_now_;  ///< by number, from 1: the jobs of the last run
  std::uint64_t ended_ = 0;
  bool may_have_ends_ = false;
  std::map<job_key, std::uint64_t> peaks_;
  bool keeps_peaks_ = false;
  std::uint64_t timed_ = 0;
  std::chrono::nanoseconds time_{};
  bool interrupted_ = false;
  std::optional<std::int64_t> other_version_;
  std::int64_t last_pid_ = 0;
  std::string last_start_;
  std::string last_dir_;
};

}  // namespace weir
