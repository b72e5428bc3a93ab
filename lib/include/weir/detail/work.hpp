/// A function and its arguments, as the coroutine that a job runs.
#pragma once

#include <cstddef>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include <weir/detail/temporaries.hpp>
#include <weir/job_options.hpp>

namespace weir::detail {

/// An argument that was not given. Spawn and the like take a fixed number of arguments, because no
/// source location as a default argument can follow a parameter pack.
struct absent {};
template <typename T>
inline constexpr bool is_given = !std::is_same_v<std::remove_cvref_t<T>, absent>;

template <typename T>
inline constexpr bool is_awaitable = false;
template <typename T, typename Executor>
inline constexpr bool is_awaitable<boost::asio::awaitable<T, Executor>> = true;

/// What spawn takes for a function; whether it can be called is checked later, with a message.
template <typename F>
concept function_like =
    !std::is_convertible_v<F, job_options> && !is_awaitable<std::remove_cvref_t<F>>;

/// Keeps a function object and its arguments along with the coroutine that it makes.
template <typename T, typename Executor, typename Function, typename... Args>
boost::asio::awaitable<T, Executor> call(Function function, Args... args) {
  co_return co_await std::invoke(function, std::move(args)...);
}

template <typename Executor, typename F, typename... A>
auto bind_given(F&& function, A&&... args) {
  require_safe_temporaries<F, A...>();
  constexpr bool callable = std::is_invocable_v<kept_t<F>&, kept_t<A>...>;
  static_assert(callable,
                "the function cannot be called with these arguments, which are moved into it; "
                "options come first: spawn(options, function, args...)");
  if constexpr (callable) {
    using made = std::invoke_result_t<kept_t<F>&, kept_t<A>...>;
    static_assert(is_awaitable<made>, "the function must return an awaitable");
    if constexpr (is_awaitable<made>) {
      static_assert(std::is_same_v<typename made::executor_type, Executor>,
                    "the function's awaitable is of another executor type than the scheduler's");
      return call<typename made::value_type, Executor, kept_t<F>, kept_t<A>...>(
          std::forward<F>(function), std::forward<A>(args)...);
    }
  }
}

/// The coroutine that calls function(args...) and keeps all of them, as far as they are given.
template <typename Executor, typename F, typename... A>
auto bind_work(F&& function, A&&... args) {
  auto all = std::forward_as_tuple(std::forward<A>(args)...);
  constexpr std::size_t given = (std::size_t{0} + ... + std::size_t{is_given<A>});
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return bind_given<Executor, F, std::tuple_element_t<I, std::tuple<A...>>...>(
        std::forward<F>(function),
        std::forward<std::tuple_element_t<I, std::tuple<A...>>>(std::get<I>(all))...);
  }
  (std::make_index_sequence<given>());
}

}  // namespace weir::detail
