/// A job without its result: what observers, handlers and snapshots get.
#pragma once

#include <cassert>
#include <chrono>
#include <cstdint>
#include <exception>
#include <iosfwd>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/cancellation_type.hpp>

#include <weir/detail/job_node.hpp>

namespace weir {

template <typename Executor>
class basic_scheduler;
namespace detail {
struct core_access;
}

/// Where a job is in its life.
enum class job_status {
  pending,  ///< waiting to start
  active,   ///< has its slot; its body is running, or will be at a later turn of the loop
  closed,   ///< has ended, one way or another
};

/// How a job ended. Not to be confused with weir::outcome, which is that of a process.
enum class job_outcome {
  none,           ///< it has not ended
  succeeded,      ///< it returned
  failed,         ///< it threw, or exceeded its own timeout
  cancelled,      ///< it was cancelled while running, and ended because of that
  never_started,  ///< it was dropped before its body ran
};

/// "pending", "active", "closed".
const char* to_string(job_status status) noexcept;
/// "none", "succeeded", "failed", "cancelled", "never started".
const char* to_string(job_outcome outcome) noexcept;

/// When the steps of a job happened. A step that has not happened yet has the clock's epoch.
struct job_times {
  std::chrono::steady_clock::time_point spawned;
  std::chrono::steady_clock::time_point started;  ///< its body began to run
  std::chrono::steady_clock::time_point ended;
};

/// A counted reference to a job of any type: cheap to copy. It keeps the job's record alive, but
/// does not keep the job running; destroying it does not affect the job.
///
/// Copying, assigning, destroying, id() and spawned_at() are safe from any thread; everything else
/// must be used on the scheduler's executor. Only operator bool and comparison may be used on an
/// empty view.
class job_view {
 public:
  /// No job.
  job_view() = default;
  explicit job_view(detail::job_node& node) : node_(&node) {}

  /// Whether it refers to a job.
  explicit operator bool() const noexcept { return static_cast<bool>(node_); }
  /// Whether both refer to the same job.
  bool operator==(const job_view&) const = default;

  /// Unique within its scheduler; counts from 1, in the order of spawn.
  std::uint64_t id() const noexcept { return require().id; }
  /// The name it was given, or "job-N", where N is the id.
  std::string name() const;
  /// Renames the job, at any time; an empty name restores the default.
  void rename(std::string_view name) { require().name = name; }

  /// Where the job is in its life, now.
  job_status status() const noexcept;
  /// Whether it waits to start.
  bool pending() const noexcept { return status() == job_status::pending; }
  /// Whether it has its slot and has not ended.
  bool active() const noexcept { return status() == job_status::active; }
  /// Whether it has ended; its outcome no longer changes.
  bool closed() const noexcept { return status() == job_status::closed; }
  /// How it ended; `none` before.
  job_outcome outcome() const noexcept;
  /// The exception that the job ended with; null unless outcome() is failed. Calling this does not
  /// count as handling it: the exception handler is still called if nobody waits.
  std::exception_ptr exception() const noexcept { return require().error; }

  /// When it was spawned, started and ended, on the steady clock.
  job_times times() const noexcept;
  /// Higher priorities start first; changed by reprioritise.
  int priority() const noexcept { return require().priority; }
  /// Where spawn, or shield, was called.
  std::source_location spawned_at() const noexcept { return require().where; }

  /// Asks the job to end, and returns at once. A job that has not started is dropped, and its body
  /// never runs. In a running job the cancellation reaches whatever its body is awaiting, provided
  /// the body accepts that type: terminal by default, others after a call of
  /// asio::this_coro::reset_cancellation_state.
  /// \returns false if it had already ended.
  bool cancel(boost::asio::cancellation_type type = boost::asio::cancellation_type::terminal) const;
  /// Drops the job if its body has not started running.
  /// \returns whether it was dropped.
  bool drop() const;
  /// Changes the priority of a pending job; among equals, older jobs come first.
  /// \returns false if the job is no longer pending.
  bool reprioritise(int priority) const;

 protected:
  explicit job_view(detail::job_ptr node) : node_(std::move(node)) {}
  detail::job_node& require() const noexcept {
    assert(node_ && "weir: this job is empty: it refers to none");
    return *node_;
  }
  detail::job_ptr node_;

 private:
  template <typename Executor>
  friend class basic_scheduler;
  friend struct detail::core_access;
  /// Whether it is active or pending in the scheduler with this core.
  bool belongs_to(const detail::scheduler_core& core) const noexcept;
};

/// "job \"fetch\": active", or with its outcome once it has ended: "job \"job-3\": failed". For an
/// empty view: "no job".
std::string to_string(const job_view& job);
std::ostream& operator<<(std::ostream& out, const job_view& job);

}  // namespace weir
