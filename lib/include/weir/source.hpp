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

  /// The next job, or nothing when there are no more. Suspends while the input has none ready; the
  /// engine does not ask while its pending places are full, so nothing is read ahead of need.
  /// \throws usage_error for bad input, with its place; io_error when reading failed. Jobs that
  /// were given before stay valid.
  virtual awaitable<std::optional<job_spec>> next() = 0;

  /// Where to tell what is unusual about the input, as a warning. `to` outlives the source's work.
  virtual void report_to(inbox& /*to*/) {}

  /// Makes a suspended next() end without a job, and every later one: the run is being stopped.
  virtual void close() = 0;
};

}  // namespace weir
