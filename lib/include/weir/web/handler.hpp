/// What answers a request: a function of a context, of any type.
#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include <weir/web/response.hpp>

namespace weir::web {

class context;

namespace detail {

template <typename Function>
using answer_of = std::invoke_result_t<const Function&, context&>;

template <typename Answer>
concept answer = std::same_as<Answer, awaitable<response>> ||
    std::same_as<Answer, awaitable<void>> || std::convertible_to<Answer, response>;

template <typename Function>
concept handler_function =
    std::is_invocable_v<const Function&, context&> && answer<answer_of<Function>>;

/// The result of a handler that has written its response itself.
response written_already();
awaitable<response> answered_by(awaitable<void> body);
awaitable<response> ready(response answer);

template <typename Function>
std::function<awaitable<response>(context&)> as_coroutine(Function function) {
  using given = answer_of<Function>;
  if constexpr (std::same_as<given, awaitable<response>>) {
    return function;
  } else if constexpr (std::same_as<given, awaitable<void>>) {
    return [f = std::move(function)](context& ctx) { return answered_by(std::invoke(f, ctx)); };
  } else {
    return [f = std::move(function)](context& ctx) { return ready(std::invoke(f, ctx)); };
  }
}

}  // namespace detail

/// A function that takes a `context&` and returns awaitable<response>, or awaitable<void> if it
/// writes its response itself (context::write), or a plain response. It is copied into the
/// application and lives, with its captures, as long as that does; it may be called again while an
/// earlier call is still running.
///
/// \param bound arguments before the context: handler(&orders::list, &shop), handler(transfer,
/// std::ref(bank)).
class handler {
 public:
  template <typename Function>
  requires(!std::same_as<std::remove_cvref_t<Function>, handler> &&
           detail::handler_function<std::decay_t<Function>>)
      // NOLINTNEXTLINE(google-explicit-constructor): a function is a handler
      handler(Function&& function)
      : call_(detail::as_coroutine<std::decay_t<Function>>(std::forward<Function>(function))) {}

  template <typename Function, typename First, typename... Bound>
  handler(Function&& function, First&& first, Bound&&... bound)
      : handler(std::bind_front(std::forward<Function>(function), std::forward<First>(first),
                                std::forward<Bound>(bound)...)) {}

  awaitable<response> operator()(context& ctx) const { return call_(ctx); }
  /// Whether it runs as a job of its own, protected from the client's disconnecting.
  bool is_atomic() const noexcept { return atomic_; }

 private:
  friend handler atomic(handler function);
  std::function<awaitable<response>(context&)> call_;
  bool atomic_ = false;
};

/// Runs the handler as a job of its own: neither a client that disconnects nor the end of the
/// server's grace period ends it. Its result is the response. If it fails after the client has
/// disconnected, the failure goes to the application's exception handler. It does not use up places
/// of background jobs, so it may spawn and wait. The application, or one that it is mounted in,
/// needs a scheduler (app::use_scheduler).
inline handler atomic(handler function) {
  function.atomic_ = true;
  return function;
}
template <typename Function, typename First, typename... Bound>
handler atomic(Function&& function, First&& first, Bound&&... bound) {
  return atomic(handler(std::forward<Function>(function), std::forward<First>(first),
                        std::forward<Bound>(bound)...));
}

}  // namespace weir::web
