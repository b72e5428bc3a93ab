/// Jobs, in the order in which they end.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <unordered_set>
#include <utility>

#include <weir/scheduler.hpp>

namespace weir {

/// Watches jobs of one scheduler and returns them as they end.
///
/// Watching counts as waiting: a failed job is returned by next(), not passed to the exception
/// handler. The destructor reports to the handler those that ended and were never returned. Use it
/// on the scheduler's executor; destroy it before the scheduler, and only after every call of
/// next() has finished.
template <typename T, typename Executor>
class basic_completions {
 public:
  using job_type = basic_job<T, Executor>;

  explicit basic_completions(basic_scheduler<Executor>& of) : core_(detail::core_access::of(of)) {}
  basic_completions(const basic_completions&) = delete;
  basic_completions& operator=(const basic_completions&) = delete;
  ~basic_completions();

  /// Watches the job. One that has already ended is returned by a later next().
  void add(job_type job);
  /// How many watched jobs next() has not returned yet.
  std::size_t size() const noexcept { return watched_.size(); }
  /// Cancels every watched job.
  void cancel_all();

  /// Returns the next job that has ended, waiting for one if necessary; nothing if none is watched.
  /// A failure then counts as reported to the caller: check outcome(), or await wait(), which
  /// returns at once. Cancelling next() does not affect the jobs.
  [[nodiscard]] boost::asio::awaitable<std::optional<job_type>, Executor> next();

 private:
  struct watch : detail::waiter {
    watch(basic_completions& in, job_type watched) : owner(in), job(std::move(watched)) {
      ++node().listeners;
      on_wake = [](detail::waiter& self) { static_cast<watch&>(self).ended(); };
    }
    void ended() {
      owner.done_.push_back(*this);
      if (detail::waiter* const asking = owner.asking_.front()) owner.core_->wake(*asking);
    }
    detail::job_node& node() const { return detail::core_access::node_of(job); }

    basic_completions& owner;
    job_type job;
  };

  detail::counted_ptr<detail::loop_core<Executor>> core_;
  std::unordered_set<watch*> watched_;
  detail::intrusive_list<watch> done_;
  detail::intrusive_list<detail::waiter> asking_;
};

template <typename T, typename Executor>
basic_completions<T, Executor>::~basic_completions() {
  for (watch* const one : watched_) {
    core_->let_go(one->node());
    delete one;
  }
}

template <typename T, typename Executor>
void basic_completions<T, Executor>::add(job_type job) {
  auto made = std::make_unique<watch>(*this, std::move(job));
  watched_.insert(made.get());
  watch& one = *made.release();
  if (one.job.closed())
    one.ended();
  else
    one.node().waiters.push_back(one);
}

template <typename T, typename Executor>
void basic_completions<T, Executor>::cancel_all() {
  std::vector<job_type> jobs;
  for (const watch* const one : watched_) jobs.push_back(one->job);
  for (const job_type& job : jobs) job.cancel();
}

template <typename T, typename Executor>
auto basic_completions<T, Executor>::next()
    -> boost::asio::awaitable<std::optional<job_type>, Executor> {
  while (done_.empty()) {
    if (watched_.empty()) co_return std::nullopt;
    co_await detail::wait_in(*core_, asking_);
  }
  const std::unique_ptr<watch> one(done_.pop_front());
  watched_.erase(one.get());
  one->node().reported = true;
  core_->let_go(one->node());
  co_return one->job;
}

/// Completions of weir::scheduler's jobs.
template <typename T = void>
using completions = basic_completions<T, boost::asio::any_io_executor>;
/// Completions of weir::loop_scheduler's jobs.
template <typename T = void>
using loop_completions = basic_completions<T, loop_executor>;

}  // namespace weir
