/// The record of one job: where it is in its life, its links, and what observers may ask.
///
/// It knows neither its coroutine's type nor Asio; detail/typed_job.hpp adds both. Only
/// scheduler_core::enter changes its phase, so the counts cannot drift from the lists.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>

#include <weir/detail/intrusive_list.hpp>
#include <weir/detail/resumption.hpp>

namespace weir::detail {

class scheduler_core;
struct claim_class;

/// Every place where a job can be. All except the first and the last two are lists of the core.
enum class phase : std::uint8_t {
  fresh,           ///< made, not submitted
  blocked,         ///< its spawn is suspended: no place for it yet; not in any count of jobs
  pending,         ///< waits to start, in admission's order
  ready,           ///< has its claims; its body is resumed at a later turn of the loop
  running,         ///< its body has begun
  shield_ready,    ///< as ready, for a shielded operation: outside limit and counts
  shield_running,  ///< as running
  ending,          ///< left the scheduler; its failure is being reported
  closed,          ///< ended; the outcome stays
};
inline constexpr std::size_t phase_count = 9;

enum class fate : std::uint8_t { none, succeeded, failed, cancelled, never_started };

/// A counted reference to an object with `references`, which is disposed of with the last one. As
/// thread-safe as std::shared_ptr.
template <typename T>
class counted_ptr {
 public:
  counted_ptr() = default;
  explicit counted_ptr(T* object) noexcept : object_(object) { retain(); }
  counted_ptr(const counted_ptr& other) noexcept : object_(other.object_) { retain(); }
  counted_ptr(counted_ptr&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  template <typename U>
  requires std::is_base_of_v<T, U>
  // NOLINTNEXTLINE(google-explicit-constructor): as between pointers
  counted_ptr(counted_ptr<U>&& other)
  noexcept : object_(other.give()) {}
  counted_ptr& operator=(counted_ptr other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~counted_ptr() { release(); }

  explicit operator bool() const noexcept { return object_ != nullptr; }
  bool operator==(const counted_ptr&) const = default;
  T* get() const noexcept { return object_; }
  T& operator*() const noexcept { return *object_; }
  T* operator->() const noexcept { return object_; }
  /// The object with its reference, which the caller must release from now on.
  T* give() noexcept { return std::exchange(object_, nullptr); }

 private:
  void retain() const noexcept {
    if (object_ != nullptr) object_->references.fetch_add(1, std::memory_order_relaxed);
  }
  void release() noexcept {
    if (object_ == nullptr) return;
    if (object_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) object_->dispose();
  }

  T* object_ = nullptr;
};

/// A coroutine waiting for a job, for a place, or for the scheduler. Lives in its frame; unlinks
/// itself when that frame goes.
struct waiter : list_hook {
  waiter() = default;
  ~waiter() { unlink(); }

  resumption parked;                   ///< resumed through the executor
  void (*on_wake)(waiter&) = nullptr;  ///< if set, called instead
  bool woken = false;                  ///< what it waited for has happened
  bool refused = false;                ///< a spawner: its job was closed while blocked
  bool cancelled = false;              ///< the waiting coroutine was cancelled: that wins
};

struct job_node : list_hook {
  job_node(scheduler_core& in, std::source_location spawned_at);

  /// Destroys the coroutine, which never ran.
  virtual void drop_body() noexcept = 0;
  /// Destroys the record and returns its memory to the scheduler's record_pool.
  virtual void dispose() noexcept = 0;

  std::atomic<std::uint32_t> references{0};
  phase at = phase::fresh;
  fate ended_as = fate::none;
  bool cancel_requested : 1 = false;  ///< somebody asked it to end, by any type of cancellation
  bool must_end : 1 = false;          ///< the same, by terminal cancellation
  bool timed_out : 1 = false;         ///< its own timeout asked it to end
  bool reported : 1 = false;          ///< its failure has been reported to somebody
  bool moved : 1 = false;             ///< kept in its bucket's side index (admission)
  int priority = 0;
  std::uint32_t listeners = 0;  ///< waiters that report its failure to their callers
  std::uint64_t id = 0;
  std::string name;  ///< empty: the default name
  std::source_location where;
  std::chrono::nanoseconds timeout{};
  std::chrono::steady_clock::time_point spawned, started, ended;
  claim_class* claims = nullptr;  ///< null for shields
  std::exception_ptr error;
  intrusive_list<waiter> waiters;
  waiter* spawner = nullptr;  ///< the coroutine suspended in spawn, while blocked
  counted_ptr<scheduler_core> core;

 protected:
  virtual ~job_node();
};
using job_ptr = counted_ptr<job_node>;

}  // namespace weir::detail
