/// One line for each job that ends badly, soon after it did: for a log, which is read when the run
/// was killed after two hours as well.
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

#include <weir/event.hpp>

namespace weir {

class failure_lines final : public observer {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using printer = std::function<void(std::string_view line)>;

  /// Lines that are printed at most; what comes after them is counted.
  static constexpr std::uint64_t most_lines = 1000;

  /// \param print takes a line without its newline. \param hold how long a line may wait.
  failure_lines(printer print, bool utf8, std::chrono::nanoseconds hold,
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

  void print(std::string_view line);

  printer print_;
  bool utf8_;
  std::chrono::nanoseconds hold_;
  std::function<time_point()> now_;
  std::uint64_t told_ = 0;
  std::deque<held_line> held_;
};

}  // namespace weir
