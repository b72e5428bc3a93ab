/// Something that the start of a job may have to wait for, beside a slot: a pause, the memory of
/// the machine, its load, a quota of a service.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include <weir/job_spec.hpp>
#include <weir/notice.hpp>

namespace weir {

/// Everything is called from the loop's thread, and on active time: see timer_queue.
class start_holder {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  virtual ~start_holder() = default;
  /// For people, after "held up by". Valid until it is asked again.
  virtual std::string_view reason() const = 0;
  /// Whether a job starts when none runs, whatever this says: a run goes on, though slowly.
  virtual bool lets_one_run() const { return false; }
  /// Where to tell start_possible. Called once, before anything else; `to` outlives the run.
  virtual void report_to(inbox& /*to*/) {}
  /// Whether this job may start now. Nothing is taken yet: another holder may say no.
  virtual bool lets_start(const job_spec& job, time_point now) = 0;
  /// All holders have let it start: what it needs is taken.
  virtual void started(const job_spec& /*job*/, time_point /*now*/) {}
  /// One that was let through runs no more: what it took is given back.
  virtual void ended(const job_spec& /*job*/) {}
  /// When to ask again; none: whoever brings what is missing tells start_possible.
  virtual std::optional<time_point> asks_again() const { return std::nullopt; }
};

}  // namespace weir
