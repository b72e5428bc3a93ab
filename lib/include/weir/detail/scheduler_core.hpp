/// Every decision of a scheduler: which job waits, which runs, who is notified, when it is over.
///
/// It knows no executor, no coroutine type and no clock except the one for its time stamps: its
/// derived class (detail/loop_core.hpp) does what has to be done in the loop. All of it belongs on
/// the scheduler's executor. It is reference-counted, because running jobs and job handles may
/// outlive the scheduler.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/cancellation_type.hpp>

#include <weir/detail/admission.hpp>
#include <weir/detail/job_node.hpp>
#include <weir/detail/record_pool.hpp>
#include <weir/scheduler_options.hpp>

namespace weir::detail {

class scheduler_core {
 public:
  enum class life : std::uint8_t { open, stopped, closing, closed };

  explicit scheduler_core(scheduler_options options);
  virtual ~scheduler_core();
  scheduler_core(const scheduler_core&) = delete;
  scheduler_core& operator=(const scheduler_core&) = delete;

  std::atomic<std::uint32_t> references{0};
  void dispose() noexcept { delete this; }

  record_pool records;  ///< for the jobs' memory; from any thread

  // Submission. Each throws scheduler_error(closed) if the scheduler takes no more jobs.
  /// \param special null if the job claims one slot and no pool.
  void prepare(job_node& job, const job_options* special);
  /// \returns false if the job is now blocked, behind others that are.
  bool submit(job_node& job);
  /// \returns false, and forgets the job, if it would be blocked.
  bool try_submit(job_node& job);
  void submit_shield(job_node& job);

  // Running jobs.
  /// The next job whose body is to be resumed, now running; null if there is none.
  job_node* take_ready();
  /// Until user code has run in between, the time that the last job ended is the time that the next
  /// one starts: reading the clock is a fifth of an empty job's cost.
  void forget_time() noexcept { time_known_ = false; }
  /// \param aborted whether it was asked to end, and the error is what ends it for that.
  void finish(job_node& job, std::exception_ptr error, bool aborted);
  void run_out_of_time(job_node& job);

  // What users may request.
  bool cancel(job_node& job,
              boost::asio::cancellation_type type = boost::asio::cancellation_type::terminal);
  bool drop(job_node& job);
  bool reprioritise(job_node& job, int priority);
  std::size_t drop_pending();
  void cancel_all(boost::asio::cancellation_type type);
  void set_limit(std::int64_t limit);
  void set_paused(bool paused);
  void set_pool(std::string_view name, std::int64_t capacity);
  void stop();
  void begin_drain();
  void begin_close();
  void close_deadline();
  /// The scheduler object is destroyed: no handler and no observer is called after this returns.
  void abandon();

  void report_failure(job_node& job);
  /// A waiter has stopped waiting for the job; a failure not reported to anybody is now reported.
  void let_go(job_node& job) noexcept;
  void tell_handler(const error_context& context) noexcept;
  void wake(waiter& w);

  // What users may know.
  std::size_t count(phase p) const noexcept { return counts_[static_cast<std::size_t>(p)]; }
  std::size_t active() const noexcept { return count(phase::ready) + count(phase::running); }
  std::size_t shields() const noexcept {
    return count(phase::shield_ready) + count(phase::shield_running);
  }
  bool idle() const noexcept {
    return active() + shields() + count(phase::pending) + count(phase::blocked) == 0;
  }
  bool would_block() const noexcept;
  life alive() const noexcept { return life_; }
  /// Whether the end is near: stopped, closing, or drained for a close. Safe from any thread.
  bool stopping() const noexcept { return stopping_.load(std::memory_order_acquire); }
  void require_open(const char* operation) const;
  const scheduler_options& options() const noexcept { return options_; }
  const exception_handler& on_error() const noexcept { return *handler_; }
  void on_error(exception_handler handler) {
    handler_ = std::make_shared<exception_handler>(std::move(handler));
  }
  const admission& claims() const noexcept { return admission_; }
  const job_counters& counters() const noexcept { return counters_; }
  close_report ended() const noexcept { return ended_; }
  std::vector<job_view> snapshot() const;
  /// The first failure, under fail_fast; null if there was none. It then counts as reported.
  std::exception_ptr take_first_failure() noexcept;
  /// Reports it to the handler, unless it has been reported.
  void report_first_failure();

  intrusive_list<waiter>
      idle_waiters;  ///< woken when nothing is active, pending, blocked, shielded
  intrusive_list<waiter> close_waiters;  ///< woken when life is closed
  intrusive_list<waiter> stop_waiters;   ///< woken when stopping() becomes true

 protected:
  // What the loop does for the core.
  virtual void post_pump() = 0;              ///< calls take_ready from a later turn of the loop
  virtual void post(resumption parked) = 0;  ///< resumes a coroutine from a later turn
  /// Sends a cancellation into a running body.
  virtual void interrupt(job_node& running, boost::asio::cancellation_type type) = 0;
  virtual void arm_close_deadline(std::chrono::nanoseconds after) = 0;
  virtual void disarm_close_deadline() noexcept = 0;

  /// Forgets everything without running or resuming anything: the loop is gone.
  void lose_everything() noexcept;

 private:
  intrusive_list<job_node>* list_of(phase p) noexcept;
  void enter(job_node& job, phase to, bool as_first = false);
  bool place(job_node& job);
  void start(job_node& job);
  void settle();
  void accepted(job_node& job);
  std::vector<job_ptr> copy_of(phase which);
  void ask_to_end(job_node& job, boost::asio::cancellation_type type);
  void cancel_running(phase which, boost::asio::cancellation_type type);
  void drop_all(phase which);
  void end_unstarted(job_node& job);
  void close_node(job_node& job);
  void count_end(job_node& job);
  void fail_fast(job_node& job);
  void when_idle();
  void complete_close();
  void wake_all(intrusive_list<waiter>& list);
  void tell(scheduler_event::kind what, job_node& job) noexcept;
  void report_live_jobs() noexcept;

  scheduler_options options_;  ///< except on_error
  std::shared_ptr<const exception_handler> handler_;
  admission admission_;
  std::array<std::size_t, phase_count> counts_{};
  intrusive_list<job_node> blocked_, ready_, running_, shield_ready_, shield_running_;
  job_counters counters_;
  close_report ended_;  ///< jobs and shields together
  std::uint64_t last_id_ = 0;
  life life_ = life::open;
  std::atomic<bool> stopping_ = false;
  bool time_known_ = false;  ///< last_end_ is now, as far as anyone can tell
  std::chrono::steady_clock::time_point last_end_;
  job_ptr first_failed_;  ///< fail_fast: not reported yet
};

}  // namespace weir::detail
