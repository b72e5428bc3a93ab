/// What to report at the end: how many jobs, how long, and which failed and why, last.
///
/// It knows no stream and no clock. Memory is bounded: the first failures are kept, the others are
/// counted. Values of environment variables are never shown.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <weir/event.hpp>

namespace weir {

struct summary_options {
  bool terminal = false;  ///< people are watching: report success, too
  /// The output goes to a program that may show it on the same terminal, as a pager does: a report
  /// of success would land on its screen.
  bool piped = false;
  bool always = false;  ///< on request: never silent
  bool colour = false;
  bool utf8 = false;
};

class summary final : public observer {
 public:
  /// Failures that are shown in full; the others are counted.
  static constexpr std::size_t most_shown = 20;
  /// Cancelled jobs listed; there may be as many as slots.
  static constexpr std::size_t most_cancelled = 10;

  explicit summary(summary_options options) : options_(options) {}

  void on(const event& e) override;

  /// The run could not go on to its end: what ran is told, however it ended.
  void end_early(std::string why);

  /// Where the records of the run are; reported whatever else there is to say.
  void set_records(std::vector<std::string> names) { records_ = std::move(names); }

  /// All lines, each with its newline. Empty when there is nothing worth reporting: a run in which
  /// every job succeeded, if there is no terminal, the run took under 30 s and a report was not
  /// requested; or if there is a terminal and the output is piped.
  std::string text(std::chrono::nanoseconds elapsed) const;

  /// Of that, only the jobs that failed.
  std::string failures_text() const;

  /// For users who want no summary: one line about what the lines on single jobs cannot tell, or
  /// nothing.
  std::string quiet_text() const;

 private:
  struct failure {
    std::string head;           ///< escaped: which job, how, for how long
    std::string title;          ///< escaped; empty if `head` has it
    std::string again;          ///< command line to run it again; empty if too long to show
    std::string tail;           ///< escaped lines, each with its newline
    std::string never_started;  ///< why; empty if it ran
    std::uint64_t more = 0;     ///< jobs that failed to start for the same reason
  };

  void count(const job_ended& e);
  void keep(const job_ended& e);
  void keep(const process_left& e);
  void keep_cancelled(const job_ended& e);
  std::string again(const job_ended& e) const;
  std::string cancelled_text() const;
  bool adds_to_another(const std::string& never_started);
  bool has_news(std::chrono::nanoseconds elapsed) const;
  std::string text_of(const failure& f) const;
  std::uint64_t unread() const;
  std::string total_text(std::chrono::nanoseconds elapsed) const;
  std::string records_text() const;

  summary_options options_;
  std::vector<failure> failures_;
  std::uint64_t known_total_ = 0;       ///< jobs, before all have been read; 0: not known
  std::uint64_t told_ = 0;              ///< failed jobs that failures_ covers
  std::vector<std::string> skips_;      ///< one line each: which job was skipped and why
  std::vector<std::string> cancelled_;  ///< one line each
  std::vector<std::string> left_;       ///< one line each: processes left running
  std::vector<std::string> records_;
  std::string stop_reason_;  ///< escaped
  bool ended_early_ = false;
  tally ended_;
  std::uint64_t retried_ = 0;  ///< succeeded, but not at the first attempt
  std::uint64_t leaked_ = 0;
  std::uint64_t earlier_ = 0;  ///< ended in the run being resumed
  std::uint64_t failed_earlier_ = 0;
  std::uint64_t unfinished_earlier_ = 0;
  std::uint64_t daemons_ = 0;  ///< processes left running
};

}  // namespace weir
