/// What a file of --joblog says of an earlier run, by the numbers of its jobs.
///
/// It is GNU parallel's way to resume: who changed the input in between gets other jobs under the
/// same numbers, and nothing can tell. weir's own journal knows jobs by what they are.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

class joblog_history {
 public:
  /// The first line, without its end.
  static constexpr std::string_view heading =
      "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand";

  /// \param line without its newline; the heading is one, too.
  /// \returns whether it is a line of a joblog.
  bool take(std::string_view line);

  /// By their numbers, from 1: those that have ended. \param well only those that succeeded once.
  std::vector<bool> ended(bool well) const { return well ? succeeded_ : ended_; }
  /// The commands of those that never succeeded, by number, as they ended last.
  std::map<std::uint64_t, std::string> failed() const;

 private:
  std::vector<bool> ended_, succeeded_;
  std::map<std::uint64_t, std::string> commands_;  ///< of those that failed
  bool begun_ = false;
};

}  // namespace weir
