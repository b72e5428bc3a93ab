/// A job for every element of a range, in bounded memory.
///
/// The range is read as jobs end: at most twice the scheduler's limit (1000 when there is none) are
/// under way at a time, so a range of any length, even one that is made while it is read, will do.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include <weir/completions.hpp>

namespace weir {

namespace detail {

/// One element's job: keeps the function and the element alive beside the coroutine they make.
template <typename T, typename Executor, typename Function, typename Item>
boost::asio::awaitable<T, Executor> apply(std::shared_ptr<Function> function, Item item) {
  co_return co_await (*function)(std::move(item));
}

template <typename Executor>
std::size_t window_of(const basic_scheduler<Executor>& on) {
  const std::int64_t limit = std::min<std::int64_t>(on.limit(), 500);
  return static_cast<std::size_t>(limit) * 2;
}

/// The jobs of one range, in its order, and a way to end them all.
template <typename T, typename Executor>
class range_jobs {
 public:
  using job_type = basic_job<T, Executor>;
  explicit range_jobs(basic_scheduler<Executor>& on) : ended_(on) {}

  void add(job_type job) {
    ended_.add(job);
    in_order_.push_back(std::move(job));
  }
  std::size_t size() const { return in_order_.size(); }
  bool first_ended() const { return !in_order_.empty() && in_order_.front().closed(); }
  job_type take_first() {
    job_type job = std::move(in_order_.front());
    in_order_.pop_front();
    return job;
  }
  /// Waits until one more has ended; throws what it failed with.
  boost::asio::awaitable<void, Executor> one_ended() {
    const std::optional<job_type> one = co_await ended_.next();
    if (one && one->outcome() != job_outcome::succeeded) co_await discard(*one);
  }
  /// Cancels those that are left and waits for their end; to be awaited with throw_if_cancelled
  /// off.
  boost::asio::awaitable<void, Executor> end_all() {
    ended_.cancel_all();
    try {
      while (ended_.size() > 0) (void)co_await ended_.next();
    } catch (const boost::system::system_error&) {  // cancelled once more: they end without us
    }
  }

 private:
  /// Throws what the job ended with.
  static boost::asio::awaitable<void, Executor> discard(job_type job) { (void)co_await job.wait(); }

  basic_completions<T, Executor> ended_;
  std::deque<job_type> in_order_;
};

template <typename T, typename Executor, typename View, typename Function, typename Sink>
boost::asio::awaitable<void, Executor> feed(basic_scheduler<Executor>& on,
                                            range_jobs<T, Executor>& jobs, View& view,
                                            std::shared_ptr<Function> function, job_options options,
                                            Sink& sink) {
  using item = std::ranges::range_value_t<View>;
  auto at = std::ranges::begin(view);
  const auto end = std::ranges::end(view);
  const std::size_t window = window_of(on);
  while (at != end || jobs.size() > 0) {
    while (jobs.first_ended()) {
      basic_job<T, Executor> first = jobs.take_first();
      co_await sink(std::move(first));
    }
    if (at != end && jobs.size() < window) {
      item value(*at);
      ++at;
      basic_job<T, Executor> spawned = co_await on.spawn(
          apply<T, Executor, Function, item>(function, std::move(value)), options);
      jobs.add(std::move(spawned));
    } else if (jobs.size() > 0) {
      co_await jobs.one_ended();
    }
  }
}

template <typename T, typename Executor, typename View, typename Function, typename Sink>
boost::asio::awaitable<void, Executor> run_range(basic_scheduler<Executor>& on, View view,
                                                 std::shared_ptr<Function> function,
                                                 job_options options, Sink sink) {
  range_jobs<T, Executor> jobs(on);
  std::exception_ptr error;
  try {
    co_await feed<T>(on, jobs, view, function, std::move(options), sink);
  } catch (...) {
    error = std::current_exception();
  }
  if (!error) co_return;
  const bool throwing = co_await boost::asio::this_coro::throw_if_cancelled();
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  co_await jobs.end_all();
  co_await boost::asio::this_coro::throw_if_cancelled(throwing);
  std::rethrow_exception(error);
}

template <typename T, typename Executor, typename Sink>
boost::asio::awaitable<void, Executor> give_result(std::shared_ptr<Sink> sink,
                                                   basic_job<T, Executor> ended) {
  T value = co_await ended.wait();
  (*sink)(std::move(value));
}

template <typename Function, typename Range>
using element_result =
    typename std::invoke_result_t<Function&, std::ranges::range_value_t<Range>>::value_type;

}  // namespace detail

/// Runs function(element) as a job for each element, and waits for all of them.
///
/// The first failure, in time, ends it: no further element is read, the jobs under way are
/// cancelled and waited for, and the failure is rethrown. The same when it is cancelled. So
/// function may refer to what outlives the call. Must be awaited on the scheduler's executor,
/// outside of its own jobs or with room for them under the limit. \param range any input range; a
/// temporary is moved in, an lvalue must outlive the call. \param function called as
/// function(element), gives an awaitable<T, Executor>; its result is dropped. \throws what a job or
/// reading the range throws; what spawn throws.
template <typename Executor, std::ranges::viewable_range Range, typename Function>
[[nodiscard]] boost::asio::awaitable<void, Executor> for_each(basic_scheduler<Executor>& on,
                                                              Range&& range, Function function,
                                                              job_options options = {}) {
  using result = detail::element_result<Function, Range>;
  const auto ignore = [](basic_job<result, Executor>) -> boost::asio::awaitable<void, Executor> {
    co_return;
  };
  return detail::run_range<result, Executor>(on, std::views::all(std::forward<Range>(range)),
                                             std::make_shared<Function>(std::move(function)),
                                             std::move(options), ignore);
}

/// As for_each, and gives each result to `sink(result)`, in the order of the range, as soon as the
/// results before it are there. Results that wait for their turn count as under way.
template <typename Executor, std::ranges::viewable_range Range, typename Function, typename Sink>
[[nodiscard]] boost::asio::awaitable<void, Executor> map_to(basic_scheduler<Executor>& on,
                                                            Range&& range, Function function,
                                                            Sink sink, job_options options = {}) {
  using result = detail::element_result<Function, Range>;
  auto give = [to = std::make_shared<Sink>(std::move(sink))](
                  basic_job<result, Executor> one) -> boost::asio::awaitable<void, Executor> {
    return detail::give_result<result, Executor>(to, std::move(one));
  };
  return detail::run_range<result, Executor>(on, std::views::all(std::forward<Range>(range)),
                                             std::make_shared<Function>(std::move(function)),
                                             std::move(options), std::move(give));
}

namespace detail {

template <typename T, typename Executor, typename View, typename Function>
boost::asio::awaitable<std::vector<T>, Executor> collect(basic_scheduler<Executor>& on, View view,
                                                         Function function, job_options options) {
  std::vector<T> results;
  const auto keep = [&results](T value) { results.push_back(std::move(value)); };
  co_await map_to(on, std::move(view), std::move(function), keep, std::move(options));
  co_return results;
}

}  // namespace detail

/// As map_to, into a vector in the order of the range: memory for the results, bounded beside them.
template <typename Executor, std::ranges::viewable_range Range, typename Function>
[[nodiscard]] auto map(basic_scheduler<Executor>& on, Range&& range, Function function,
                       job_options options = {})
    -> boost::asio::awaitable<std::vector<detail::element_result<Function, Range>>, Executor> {
  return detail::collect<detail::element_result<Function, Range>, Executor>(
      on, std::views::all(std::forward<Range>(range)), std::move(function), std::move(options));
}

}  // namespace weir
