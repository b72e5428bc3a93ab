/// One line for each job that ends badly, soon after it did: for a log, which is read when the run
/// was killed after two hours as well.
///
/// What kept jobs from starting, as a missing program, is told once for each reason. Where people
/// look on, that is all that cannot wait for the end.
///
/// The summary tells failures again, with their last lines. So that a short run does not say
/// everything twice, a line is held for a moment, and dropped when the run is over by then. It has
/// no timer: see tick and wake.
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

  /// Lines that are printed at most; what comes after them is counted.
  static constexpr std::uint64_t most_lines = 1000;

  struct settings {
    bool utf8 = false;
    std::chrono::nanoseconds hold{};  ///< how long a line may wait
    bool only_unstarted = false;      ///< jobs that could not be started, and no others
  };

  /// \param print takes a line without its newline.
  failure_lines(printer print, settings s,
                std::function<time_point()> now = std::chrono::steady_clock::now);

  void on(const event& e) override;

  /// Prints what was held long enough. \returns when to be called again.
  time_point tick(time_point now);

  /// Set by the owner of the timer: a call of tick is wanted at that time.
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
  std::unordered_set<std::string> reasons_;  ///< why jobs could not be started, as told
};

}  // namespace weir
