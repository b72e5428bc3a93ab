/// The jobs of a range: the common part of for_each, map and map_to.
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

namespace weir::detail {

/// One element's job: keeps the function and the element alive along with the coroutine they make.
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
  /// Waits until one more has ended; rethrows its failure.
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
    } catch (const boost::system::system_error&) {  // cancelled again: they end without us
    }
  }

 private:
  /// Rethrows the job's failure.
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
  T value = co_await ended.take();
  (*sink)(std::move(value));
}

template <typename Function, typename Range>
struct element_work {
  using element = std::ranges::range_value_t<Range>;
  static_assert(std::is_invocable_v<Function&, element>,
                "the function cannot be called with the range's elements");
  using made = std::invoke_result_t<Function&, element>;
  static_assert(is_awaitable<made>, "the function must return an awaitable");
  using result = typename made::value_type;
};
/// The result of the function's coroutine for an element of the range.
template <typename Function, typename Range>
using element_result = typename element_work<kept_t<Function>, Range>::result;

/// A view may contain a closure, as transform does.
template <typename Range, typename Function>
constexpr void require_safe_range() {
  require_safe_temporaries<Function>();
  static_assert(!temporaries_are_destroyed_twice || std::is_reference_v<Range> ||
                    !std::ranges::view<Range> || std::is_trivially_destructible_v<Range>,
                "GCC 12 destroys this temporary twice in a co_await expression: a view with a "
                "lambda with captures, for instance. Give the view a name and pass that.");
}

/// The result of map; map refuses jobs without results, and no_result only keeps that to one error.
template <typename Function, typename Range>
using results_of = std::vector<std::conditional_t<std::is_void_v<element_result<Function, Range>>,
                                                  no_result, element_result<Function, Range>>>;

template <typename T>
constexpr void require_result() {
  static_assert(!std::is_void_v<T>, "the function's jobs have no result: use for_each");
}

template <typename T, typename Executor, typename View, typename Function>
boost::asio::awaitable<std::vector<T>, Executor> collect(basic_scheduler<Executor>& on, View view,
                                                         std::shared_ptr<Function> function,
                                                         job_options options) {
  std::vector<T> results;
  const auto keep =
      [&results](basic_job<T, Executor> ended) -> boost::asio::awaitable<void, Executor> {
    T value = co_await ended.take();
    results.push_back(std::move(value));
  };
  co_await run_range<T, Executor>(on, std::move(view), std::move(function), std::move(options),
                                  keep);
  co_return results;
}

template <typename T, typename Executor, typename View, typename Function, typename Sink>
boost::asio::awaitable<void, Executor> range_at_home(basic_scheduler<Executor>& on, View view,
                                                     std::shared_ptr<Function> function,
                                                     job_options options, Sink sink) {
  return at_home<void>(core_access::of(on),
                       [&on, view = std::move(view), function = std::move(function),
                        options = std::move(options), sink = std::move(sink)](const void*) mutable {
                         return run_range<T, Executor>(on, std::move(view), std::move(function),
                                                       std::move(options), std::move(sink));
                       });
}

template <typename T, typename Executor, typename View, typename Function>
boost::asio::awaitable<std::vector<T>, Executor> collect_at_home(basic_scheduler<Executor>& on,
                                                                 View view,
                                                                 std::shared_ptr<Function> function,
                                                                 job_options options) {
  return at_home<std::vector<T>>(
      core_access::of(on), [&on, view = std::move(view), function = std::move(function),
                            options = std::move(options)](const void*) mutable {
        return collect<T, Executor>(on, std::move(view), std::move(function), std::move(options));
      });
}

}  // namespace weir::detail
