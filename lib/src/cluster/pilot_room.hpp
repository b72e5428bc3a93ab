/// Holds up starts until a worker has room: slots, and what the job claims.
///
/// A job that waits here has not started, so that neither the journal nor the progress says that it
/// has. One job at a time is let through, until it has its place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <weir/start_holder.hpp>

namespace weir {

class pilot_executor;
class pilot_worker;

class pilot_room final : public start_holder {
 public:
  explicit pilot_room(pilot_executor& all) : all_(all) {}

  std::string_view reason() const override { return reason_; }
  bool lets_start(const job_spec& job, time_point now) override;
  void started(const job_spec& job, time_point) override { on_its_way_ = job.seq; }
  void ended(const job_spec& job) override { has_come(job); }

  /// The worker that had room for the job when it was let through, since looking for it is
  /// expensive; null if none did, or another job has asked since.
  pilot_worker* found_for(const job_spec& job) {
    return found_for_ == job.seq ? std::exchange(found_, nullptr) : nullptr;
  }
  /// The job has its place, or no longer needs one.
  void has_come(const job_spec& job) {
    if (on_its_way_ == job.seq) on_its_way_.reset();
  }
  /// Whether somebody was told to wait since this was last called.
  bool take_refused() { return std::exchange(refused_, false); }
  bool has_refused() const noexcept { return refused_; }

 private:
  std::string shortage(const job_spec& job) const;

  pilot_executor& all_;
  std::string reason_ = "lack of room on workers";
  std::optional<std::uint64_t> on_its_way_;  ///< on its way to a worker
  pilot_worker* found_ = nullptr;
  std::uint64_t found_for_ = 0;  ///< a job
  bool refused_ = false;
};

}  // namespace weir
