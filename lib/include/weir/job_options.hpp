/// The settings of one job.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace weir {

/// A job's share of a named pool.
struct pool_claim {
  std::string pool;     ///< its name, as given to set_pool
  std::uint32_t units;  ///< at least 1
};

/// Settings of one job, to be chained: `job_options("fetch").priority(2).pool("db")`. Deliberately
/// not an aggregate: GCC 12 destroys a braced aggregate in a co_await expression twice.
class job_options {
 public:
  /// No name, priority 0, one slot, no pool, no timeout.
  job_options() = default;
  /// \param name for display; empty: "job-N", where N is the job's id.
  // NOLINTNEXTLINE(google-explicit-constructor): spawn(work, "name") is meant to work
  job_options(std::string name) : name_(std::move(name)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  job_options(std::string_view name) : name_(name) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  job_options(const char* name) : name_(name) {}

  /// For display; need not be unique.
  job_options& name(std::string_view value) { return name_ = value, *this; }
  /// Higher priorities start first; jobs of equal priority in the order they were spawned. Default
  /// 0.
  job_options& priority(int value) { return priority_ = value, *this; }
  /// How many slots of the limit the job takes, at least 1 (0 makes spawn throw
  /// std::invalid_argument). A job heavier than the whole limit runs alone.
  job_options& weight(std::uint32_t slots) { return weight_ = slots, *this; }
  /// Takes `units` (at least 1) of the named pool while the job runs, in addition to its slots. May
  /// be called for several pools; claims on one pool add up. A claim above the pool's capacity
  /// waits until it can have the whole pool.
  job_options& pool(std::string_view pool, std::uint32_t units = 1) {
    pools_.push_back(pool_claim(std::string(pool), units));
    return *this;
  }
  /// Cancels the job once it has run this long, counted from the start of its body; it then counts
  /// as failed with scheduler_errc::timed_out. Must be above zero. Default: `forever`, no timeout.
  job_options& timeout(std::chrono::nanoseconds value) { return timeout_ = value, *this; }
  /// Where the job's body runs, instead of on the scheduler's executor: a session's own strand,
  /// say, or another loop. The limits still apply to all jobs together. Neither that loop nor the
  /// scheduler's may be destroyed before the job has ended. For weir::loop_scheduler it must be an
  /// io_context's executor, or spawn throws std::invalid_argument.
  job_options& executor(boost::asio::any_io_executor value) {
    executor_ = std::make_shared<boost::asio::any_io_executor>(std::move(value));
    return *this;
  }

  // The current values.
  const std::string& name() const { return name_; }
  int priority() const { return priority_; }
  std::uint32_t weight() const { return weight_; }
  const std::vector<pool_claim>& pools() const { return pools_; }
  std::chrono::nanoseconds timeout() const { return timeout_; }
  /// Null: the scheduler's.
  const boost::asio::any_io_executor* executor() const { return executor_.get(); }

 private:
  std::string name_;
  std::vector<pool_claim> pools_;
  std::shared_ptr<const boost::asio::any_io_executor> executor_;  ///< rarely set, hence not inline
  std::chrono::nanoseconds timeout_ = std::chrono::nanoseconds::max();
  int priority_ = 0;
  std::uint32_t weight_ = 1;
};

}  // namespace weir
