/// Where jobs come from: standard input, items on the command line, a manifest.
#pragma once

#include <optional>

#include <weir/awaitable.hpp>
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

  /// The run is being stopped: a suspended next(), and every later one, returns no job.
  virtual void close() = 0;
};

}  // namespace weir
