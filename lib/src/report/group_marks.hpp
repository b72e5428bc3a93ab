/// The marks around a job's output by which the reader of the log can fold it; see ci_groups.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <weir/job_spec.hpp>
#include <weir/tally.hpp>

#include "report/log_guard.hpp"

namespace weir {

struct group_frame {
  std::string before;  ///< whole lines
  std::string after;
};

/// One job's output, or that of one of its streams when they lead to different places.
struct output_group {
  std::uint64_t seq;       ///< the job's
  std::string_view title;  ///< safe to show, one line
  bool only_stderr;        ///< its stdout goes somewhere else
  verdict judged;
  std::chrono::system_clock::time_point from;
  std::chrono::system_clock::time_point to;
};

class group_marks {
 public:
  virtual ~group_marks() = default;
  /// Keeps the output of a job from breaking the marks; null if nothing has to.
  virtual std::unique_ptr<log_guard> guard() const { return nullptr; }
  virtual group_frame around(const output_group& group) const = 0;
};

}  // namespace weir
