/// What GitHub Actions shows next to the log: annotations for failures, and a page about the step.
///
/// It knows no files and no clock. Both its memory and what it reports are bounded: GitHub takes
/// ten annotations and 1 MiB of summary per step.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <weir/event.hpp>

namespace weir {

class github_report final : public observer {
 public:
  static constexpr std::size_t most_annotations = 10;
  static constexpr std::size_t most_failures =
      50;  ///< listed in the summary; the others are counted
  static constexpr std::size_t most_flaky = 50;
  static constexpr std::size_t most_cancelled = 50;

  void on(const event& e) override;

  /// `::error` lines for the first failures.
  std::vector<std::string> annotations() const;
  /// Markdown for $GITHUB_STEP_SUMMARY, at most `most` bytes: failures first, details as far as
  /// they fit. Empty if no job ended, or if not even the counts fit.
  std::string summary(std::chrono::nanoseconds elapsed, std::size_t most) const;

 private:
  struct failure {
    std::string title;  ///< escaped, one line
    std::string how;
    std::string tail;   ///< escaped lines
    std::string again;  ///< command line; empty if too long
    std::chrono::nanoseconds took{};
    unsigned attempts = 0;
    bool allowed = false;
  };
  struct flaky {
    std::string title;
    unsigned attempts = 0;
  };
  struct cut {
    std::string title;
    std::chrono::nanoseconds took{};
    unsigned attempts = 0;
  };

  void count(const job_ended& e);
  void keep(const job_ended& e);
  void keep_cancelled(const job_ended& e);
  std::string counts(std::chrono::nanoseconds elapsed) const;
  std::uint64_t unread() const;
  std::string failure_table() const;
  std::string cancelled_table() const;
  std::string details(const failure& f) const;
  std::string flaky_table() const;

  tally ended_;
  std::vector<failure> failures_;
  std::vector<flaky> flaky_;
  std::vector<cut> cancelled_;
  std::string stop_reason_;  ///< escaped; empty: nothing has stopped the run
  std::uint64_t known_total_ = 0;
  std::uint64_t retried_ = 0;  ///< succeeded, but not at the first attempt
};

}  // namespace weir
