/// What cannot wait for the summary, said on stderr as it happens: warnings, stopping, and why jobs
/// could not be started, once for each reason.
///
/// It knows no descriptor: each line goes to a callback, which may have a display to take away
/// first.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "report/progress_state.hpp"

namespace weir {

class messages final : public observer {
 public:
  using printer = std::function<void(std::string_view line)>;

  /// \param print takes a line without its newline, safe for a terminal.
  messages(bool utf8, printer print, progress_state::clock now = std::chrono::steady_clock::now);

  void on(const event& e) override;

 private:
  /// Reasons that are remembered; what comes after so many is said each time.
  static constexpr std::size_t most_remembered = 1000;

  void print_stop(const stop_changed& e);
  void print_spawn_failure(const job_ended& e);

  bool utf8_;
  printer print_;
  progress_state::clock now_;
  std::unordered_set<std::string> said_;  ///< why jobs could not be started
};

}  // namespace weir
