// How notices from outside reach the run: the one way in.
#include <algorithm>
#include <cerrno>
#include <utility>
#include <variant>

#include "batch/engine.hpp"

namespace weir {

void engine::take(const notice& what) {
  std::visit([this](const auto& one) { hear(one); }, what);
}

void engine::hear(const stop_asked& e) {
  announce(e);
  if (!over_) stop(e.what, e.reason);
}

void engine::hear(const output_failed& e) {
  if (result_.output_error != 0) return;
  result_.output_error = e.error;
  announce(e);
  hear(stop_asked{stop_request::lost, e.what});
}

/// Each of them is reported, even after stdout has failed. A record whose reader has gone is
/// reported, too: it is incomplete.
void engine::hear(const record_failed& e) {
  announce(e);
  if (std::exchange(result_.output_error, EIO) == 0) hear(stop_asked{stop_request::lost, e.what});
}

void engine::hear(const room_missing& e) {
  room_.set_missing(e.now);
  if (!e.now) open_gate();
}

void engine::hear(const start_possible&) {
  open_gate();
}

void engine::hear(const limit_changed& e) {
  const std::int64_t limit = scheduler_.limit();
  if (limit == unlimited) return;
  set_limit(std::max<std::int64_t>(limit + e.by, 1));
}

void engine::hear(const label_capacity& e) {
  if (stop_.stopping()) return;
  scheduler_.set_pool(label_pool(e.label),
                      e.weight ? static_cast<std::int64_t>(*e.weight) : unlimited);
}

/// Part of the attempt that ends now lives on: another attempt would run alongside it.
void engine::hear(const process_stuck& e) {
  result_.left_alive = true;
  for (job_record* job : lives_.with_slot())
    if (job->spec.seq == e.seq) job->last_attempt = true;
  announce(e);
}

/// Running jobs are stopped, and time stands still until resumed.
void engine::hear(const suspended& e) {
  announce(e);
  timers_.pause();
  for (const job_record* job : lives_.with_slot())
    if (job->attempt != nullptr) job->attempt->suspend();
}

void engine::hear(const resumed& e) {
  for (const job_record* job : lives_.with_slot())
    if (job->attempt != nullptr && !job->stopped_for_memory) job->attempt->resume();
  timers_.resume();
  announce(e);
}

}  // namespace weir
