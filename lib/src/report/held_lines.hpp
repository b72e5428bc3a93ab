/// A line in a log about a run in which nothing runs, since something holds up its starts.
///
/// Without it, a gate that never opens leaves a log in which nothing is ever said. The line comes
/// after ten seconds, and then less and less often. Waiting for --delay is what was asked for. It
/// has no timer: see tick and wake.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

#include "report/progress_state.hpp"

namespace weir {

class held_lines {
 public:
  using time_point = progress_state::time_point;
  using printer = std::function<void(std::string_view line)>;

  /// \param print takes a line without its newline. `state` must outlive this.
  held_lines(const progress_state& state, printer print, progress_state::clock now);

  /// To be called after `state` was told.
  void on(const event& e);
  /// Prints what is due. \returns when to be called again.
  time_point tick(time_point now);

  /// Set by the owner of the timer; called when tick has to be called at the given time.
  std::function<void(time_point)> wake;

 private:
  bool stands_still() const;

  const progress_state& state_;
  printer print_;
  progress_state::clock now_;
  std::optional<std::chrono::nanoseconds> since_;  ///< in active time; nullopt: it does not
  std::chrono::nanoseconds due_{};                 ///< how long that must have taken
};

}  // namespace weir
