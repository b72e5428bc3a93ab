/// A job for every element of a range, in bounded memory.
///
/// The range is read as jobs end: at most twice the scheduler's limit (1000 if it has none) are in
/// progress at a time, so the range may be of any length, and may be generated as it is read.
#pragma once

#include <memory>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include <weir/detail/range_jobs.hpp>

namespace weir {

/// Runs function(element) as a job for each element, and waits for all of them.
///
/// The first failure ends it: no further element is read, the jobs in progress are cancelled and
/// waited for, and the failure is rethrown. Cancelling it does the same. So function may refer to
/// anything that outlives the call. May be awaited on any executor; the range is read and function
/// is called on the scheduler's. If a job of the same scheduler awaits it, the limit must leave
/// room for more jobs.
/// \param range any input range; a temporary is moved in, an lvalue must outlive the call.
/// \param function called as function(element), returns an awaitable<T, Executor>; the result is
/// discarded. See scheduler::spawn for what must not be a temporary with GCC 12.
/// \throws what a job or reading the range throws; what spawn throws.
template <typename Executor, std::ranges::viewable_range Range, typename Function>
[[nodiscard]] boost::asio::awaitable<void, Executor> for_each(basic_scheduler<Executor>& on,
                                                              Range&& range, Function&& function,
                                                              job_options options = {}) {
  using result = detail::element_result<Function, Range>;
  detail::require_safe_range<Range, Function>();
  const auto ignore = [](basic_job<result, Executor>) -> boost::asio::awaitable<void, Executor> {
    co_return;
  };
  return detail::range_at_home<result, Executor>(
      on, std::views::all(std::forward<Range>(range)),
      std::make_shared<detail::kept_t<Function>>(std::forward<Function>(function)),
      std::move(options), ignore);
}

/// As for_each, and passes each result to `sink(result)`, in the order of the range, as soon as all
/// results before it are available. Results that wait for their turn count as in progress.
template <typename Executor, std::ranges::viewable_range Range, typename Function, typename Sink>
[[nodiscard]] boost::asio::awaitable<void, Executor> map_to(basic_scheduler<Executor>& on,
                                                            Range&& range, Function&& function,
                                                            Sink&& sink, job_options options = {}) {
  using result = detail::element_result<Function, Range>;
  detail::require_safe_range<Range, Function>();
  detail::require_safe_temporaries<Sink>();
  detail::require_result<result>();
  if constexpr (std::is_void_v<result>) {
    return {};  // reported above
  } else {
    auto give = [to = std::make_shared<detail::kept_t<Sink>>(std::forward<Sink>(sink))](
                    basic_job<result, Executor> one) -> boost::asio::awaitable<void, Executor> {
      return detail::give_result<result, Executor>(to, std::move(one));
    };
    return detail::range_at_home<result, Executor>(
        on, std::views::all(std::forward<Range>(range)),
        std::make_shared<detail::kept_t<Function>>(std::forward<Function>(function)),
        std::move(options), std::move(give));
  }
}

/// As map_to, into a vector in the order of the range: memory for the results, and otherwise
/// bounded.
template <typename Executor, std::ranges::viewable_range Range, typename Function>
[[nodiscard]] auto map(basic_scheduler<Executor>& on, Range&& range, Function&& function,
                       job_options options = {})
    -> boost::asio::awaitable<detail::results_of<Function, Range>, Executor> {
  using result = detail::element_result<Function, Range>;
  detail::require_safe_range<Range, Function>();
  detail::require_result<result>();
  if constexpr (std::is_void_v<result>)
    return {};  // reported above
  else
    return detail::collect_at_home<result, Executor>(
        on, std::views::all(std::forward<Range>(range)),
        std::make_shared<detail::kept_t<Function>>(std::forward<Function>(function)),
        std::move(options));
}

}  // namespace weir
