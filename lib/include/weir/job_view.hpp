/// A job seen without its result: what observers, handlers and snapshots are given.
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
  pending,  ///< waits to start
  active,   ///< has its slot; its body runs, or will at a later turn of the loop
  closed,   ///< ended, whichever way
};

/// How a job ended. Not weir::outcome, which is a process's.
enum class job_outcome {
  none,           ///< it has not ended
  succeeded,      ///< it returned
  failed,         ///< it threw, or ran out of its own timeout
  cancelled,      ///< it was cancelled while it ran, and gave in
  never_started,  ///< it was dropped before its body ran
};

/// "pending", "active", "closed".
const char* to_string(job_status status) noexcept;
/// "none", "succeeded", "failed", "cancelled", "never started".
const char* to_string(job_outcome outcome) noexcept;

/// When the steps of a job happened. A step that has not happened has the clock's epoch.
struct job_times {
  std::chrono::steady_clock::time_point spawned;
  std::chrono::steady_clock::time_point started;  ///< its body began to run
  std::chrono::steady_clock::time_point ended;
};

/// A reference to a job of any type, counted: cheap to copy, keeps the job's record alive, not the
/// job running. Letting go of it changes nothing for the job.
///
/// Copying, assigning, destroying, id() and spawned_at() are safe from any thread; everything else
/// belongs on the scheduler's executor. Members other than the tests for emptiness need a job.
class job_view {
 public:
  /// No job.
  job_view() = default;
  explicit job_view(detail::job_node& node) : node_(&node) {}

  /// Whether it refers to a job.
  explicit operator bool() const noexcept { return static_cast<bool>(node_); }
  /// The same job?
  bool operator==(const job_view&) const = default;

  /// Unique within its scheduler, from 1 up, in the order of spawn.
  std::uint64_t id() const noexcept { return require().id; }
  /// The given name, or "job-N" with N the id.
  std::string name() const;
  /// Names the job anew, at any time; an empty name is the default name again.
  void rename(std::string_view name) { require().name = name; }

  /// Where the job is in its life, now.
  job_status status() const noexcept;
  /// Whether it waits to start.
  bool pending() const noexcept { return status() == job_status::pending; }
  /// Whether it has its slot, and has not ended.
  bool active() const noexcept { return status() == job_status::active; }
  /// Whether it has ended; its outcome stays as it is from then on.
  bool closed() const noexcept { return status() == job_status::closed; }
  /// How it ended; `none` before.
  job_outcome outcome() const noexcept;
  /// The exception that the job ended with; null unless outcome() is failed. Looking does not count
  /// as taking note of it: the exception handler is still called if nobody waits.
  std::exception_ptr exception() const noexcept { return require().error; }

  /// When it was spawned, started and ended, by the steady clock.
  job_times times() const noexcept;
  /// Higher starts earlier; changed by reprioritise.
  int priority() const noexcept { return require().priority; }
  /// Where spawn, or shield, was called.
  std::source_location spawned_at() const noexcept { return require().where; }

  /// Asks the job to end and returns at once. Not started: it is dropped, its body never runs.
  /// Running: the cancellation reaches whatever its body awaits, if the body admits that type, as
  /// it does for terminal; it admits others by asio::this_coro::reset_cancellation_state, for as
  /// long as it runs.
  /// \returns false when it had ended already.
  bool cancel(boost::asio::cancellation_type type = boost::asio::cancellation_type::terminal) const;
  /// Drops the job if its body has not begun to run.
  /// \returns whether it was dropped.
  bool drop() const;
  /// Moves a pending job to another priority; among equals it takes its place by age.
  /// \returns false when the job is not pending any more.
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

/// "job \"fetch\": active", and with its outcome when it has ended: "job \"job-3\": failed". An
/// empty one: "no job".
std::string to_string(const job_view& job);
std::ostream& operator<<(std::ostream& out, const job_view& job);

}  // namespace weir
