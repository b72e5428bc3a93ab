/// Progress without a terminal: now and then a plain line in a log.
///
/// A log is read later, by people and by programs: no control bytes, nothing for a short run,
/// nothing when nothing has advanced. If no job ends for a minute, it reports once what is running.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "report/progress_state.hpp"

namespace weir {

class progress_lines {
 public:
  using time_point = progress_state::time_point;
  using printer = std::function<void(std::string_view line)>;

  /// \param print takes a line without its newline. \param utf8 as in progress_style.
  /// \param eager allows a line every five seconds instead of every thirty.
  /// `state` must outlive this.
  progress_lines(const progress_state& state, time_point start, bool utf8, printer print,
                 bool eager = false);

  /// Prints what is due. \returns when to be called again; no event makes that earlier.
  time_point tick(time_point now);

 private:
  bool stands_still(time_point now) const;
  void print_progress(time_point now);
  void print_standstill(time_point now);

  const progress_state& state_;
  bool utf8_;
  printer print_;
  std::chrono::nanoseconds interval_;
  time_point next_line_;
  std::uint64_t printed_done_ = 0;
  std::chrono::nanoseconds dumped_end_{-1};  ///< the state's last_end at the last dump
};

/// "weir: 120/400 done, 2 failed, 4 running, ETA 3m".
std::string progress_line(const progress_state& state, progress_state::time_point now);

/// What runs and since when, as in "weir: slot 2 for 1m30s: make all": one line per job, safe for a
/// terminal. Of more than `most` jobs, those that have run longest.
std::vector<std::string> running_lines(const progress_state& state, std::size_t most,
                                       progress_state::time_point now, bool utf8);

}  // namespace weir
