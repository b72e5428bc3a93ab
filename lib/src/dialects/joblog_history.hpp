/// What a --joblog file says about an earlier run, by the numbers of its jobs.
///
/// This is GNU parallel's way to resume: if the input was changed in between, the same numbers mean
/// other jobs, which cannot be detected. weir's own journal identifies jobs by their content.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "input/journal/row_mark.hpp"

namespace weir {

class joblog_history {
 public:
  /// The first line, without its newline.
  static constexpr std::string_view heading =
      "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand";

  /// \param line without its newline; may be the heading.
  /// \returns whether it is a line of a joblog.
  bool take(std::string_view line);

  /// By number, from 1: whether a job has ended.
  /// \param well only if it succeeded at least once.
  std::vector<bool> ended(bool well) const { return well ? succeeded_ : ended_; }
  /// Whether a row tells of an end that is here.
  end_test knows() const;
  /// The commands of jobs that never succeeded, by number, as of their last end.
  std::map<std::uint64_t, std::string> failed() const;

 private:
  std::vector<bool> ended_, succeeded_;
  std::vector<std::chrono::system_clock::time_point> last_start_;  ///< by number
  std::map<std::uint64_t, std::string> commands_;                  ///< of jobs that failed
  bool begun_ = false;
};

}  // namespace weir
