/// Where jobs come from: standard input, items on the command line, a manifest.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include <weir/awaitable.hpp>
#include <weir/error.hpp>
#include <weir/job_spec.hpp>
#include <weir/notice.hpp>

namespace weir {

class source {
 public:
  virtual ~source() = default;

  /// The next job, or nothing if there are no more. Suspends until one is available. The engine
  /// does not call this while its pending queue is full, so nothing is read ahead of need.
  /// \throws usage_error for bad input, with its position; io_error if reading failed. Jobs
  /// returned before remain valid.
  virtual awaitable<std::optional<job_spec>> next() = 0;

  /// Where to report oddities of the input, as warnings. `to` outlives the use of the source.
  virtual void report_to(inbox& /*to*/) {}

  /// Makes jobs of a line from outside (weir ctl add), which next() gives before it reads on, also
  /// when it is suspended, or has given its last job. \param most jobs that may wait to be given.
  /// \returns the jobs, in order. \throws usage_error for a line that is no job, or one too many.
  virtual std::vector<added_job> add_line(std::string_view /*line*/, std::size_t /*most*/) {
    throw usage_error("none can be added to this run: its jobs are not made of lines");
  }

  /// The run is being stopped: a suspended next(), and every later one, returns no job.
  virtual void close() = 0;
};

}  // namespace weir
