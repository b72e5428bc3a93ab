/// One line for each job that fails, soon after it ended: above the bar, for people who may want to
/// end the run, and in logs, which are also read after a run that was killed after two hours.
///
/// What kept jobs from starting, such as a missing program, is reported once per reason.
///
/// The summary lists the failures again, with their last lines of output. To keep a short run from
/// saying everything twice, a line is held for a moment and dropped if the run is over by then. It
/// has no timer: see tick and wake.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

#include <weir/event.hpp>

namespace weir {

class failure_lines final : public observer {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using printer = std::function<void(std::string_view line)>;

  /// Lines that are printed at most; failures beyond that are counted.
  static constexpr std::uint64_t most_lines = 1000;

  struct settings {
    bool utf8 = false;
    std::chrono::nanoseconds hold{};  ///< how long a line may wait
    bool only_unstarted = false;      ///< report jobs that could not be started, and no others
  };

  /// \param print takes a line without its newline.
  failure_lines(printer print, settings s,
                std::function<time_point()> now = std::chrono::steady_clock::now);

  void on(const event& e) override;

  /// Prints lines that have been held long enough. \returns when to be called again.
  time_point tick(time_point now);

  /// Set by the owner of the timer; called when tick has to be called at the given time.
  std::function<void(time_point)> wake;

 private:
  struct held_line {
    time_point due;
    std::string text;
  };

  bool is_told(const job_ended& e);
  void print(std::string_view line);

  printer print_;
  settings settings_;
  std::function<time_point()> now_;
  std::uint64_t told_ = 0;
  std::deque<held_line> held_;
  std::unordered_set<std::string> reasons_;  ///< why jobs could not be started, as reported
};

}  // namespace weir
