/// Something other than a slot that a job may have to wait for before it starts: a pause, free
/// memory, the machine's load, a service's quota.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include <weir/job_spec.hpp>
#include <weir/notice.hpp>

namespace weir {

/// All members are called on the loop's thread, with active time: see timer_queue.
class start_holder {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  virtual ~start_holder() = default;
  /// Human-readable, to follow "held up by". Valid until the next call.
  virtual std::string_view reason() const = 0;
  /// Whether a job may start regardless when none is running, so that a run always makes progress.
  virtual bool lets_one_run() const { return false; }
  /// Where to send start_possible. Called once, before anything else; `to` outlives the run.
  virtual void report_to(inbox& /*to*/) {}
  /// Whether this job may start now. Takes nothing yet: another holder may refuse.
  virtual bool lets_start(const job_spec& job, time_point now) = 0;
  /// All holders have agreed: take what the job needs.
  virtual void started(const job_spec& /*job*/, time_point /*now*/) {}
  /// A job that was started has ended: give back what it took.
  virtual void ended(const job_spec& /*job*/) {}
  /// When to ask again; none: start_possible will be sent.
  virtual std::optional<time_point> asks_again() const { return std::nullopt; }
};

}  // namespace weir
