/// The scheduler's verbs on a context: what is spawned, shielded or refused goes to the nearest
/// scheduler, and knows the line of the handler that called.
#pragma once

#include <source_location>
#include <utility>

#include <weir/scheduler.hpp>
#include <weir/web/http.hpp>

namespace weir::web {

/// Each verb takes a coroutine or a function and its arguments, as basic_scheduler's do, options
/// before the function. \throws std::logic_error where there is no scheduler, besides what the
/// scheduler throws. \tparam Context has jobs().
template <typename Context>
class spawning {
  using absent = weir::detail::absent;

 public:
  /// A job that outlives this request. Waits when too many are pending; if the client goes away
  /// meanwhile, the job never runs.
  template <typename T>
  [[nodiscard]] auto spawn(awaitable<T> body, job_options options = {},
                           std::source_location where = std::source_location::current()) const {
    return jobs().spawn(std::move(body), std::move(options), where);
  }
  template <typename F, typename A = absent, typename B = absent, typename C = absent,
            typename D = absent, typename E = absent, typename G = absent>
  requires weir::detail::function_like<F>
  [[nodiscard]] auto spawn(F&& function, A&& a = {}, B&& b = {}, C&& c = {}, D&& d = {}, E&& e = {},
                           G&& g = {},
                           std::source_location where = std::source_location::current()) const {
    return jobs().spawn(std::forward<F>(function), std::forward<A>(a), std::forward<B>(b),
                        std::forward<C>(c), std::forward<D>(d), std::forward<E>(e),
                        std::forward<G>(g), where);
  }
  template <typename F, typename A = absent, typename B = absent, typename C = absent,
            typename D = absent, typename E = absent, typename G = absent>
  requires weir::detail::function_like<F>
  [[nodiscard]] auto spawn(job_options options, F&& function, A&& a = {}, B&& b = {}, C&& c = {},
                           D&& d = {}, E&& e = {}, G&& g = {},
                           std::source_location where = std::source_location::current()) const {
    return jobs().spawn(std::move(options), std::forward<F>(function), std::forward<A>(a),
                        std::forward<B>(b), std::forward<C>(c), std::forward<D>(d),
                        std::forward<E>(e), std::forward<G>(g), where);
  }

  /// As spawn, but never waits. What it throws when there is no place, scheduler_errc::full, is
  /// answered with 503 and Retry-After when the handler lets it pass.
  template <typename T>
  auto try_spawn(awaitable<T> body, job_options options = {},
                 std::source_location where = std::source_location::current()) const {
    return jobs().try_spawn(std::move(body), std::move(options), where);
  }
  template <typename F, typename A = absent, typename B = absent, typename C = absent,
            typename D = absent, typename E = absent, typename G = absent>
  requires weir::detail::function_like<F>
  auto try_spawn(F&& function, A&& a = {}, B&& b = {}, C&& c = {}, D&& d = {}, E&& e = {},
                 G&& g = {}, std::source_location where = std::source_location::current()) const {
    return jobs().try_spawn(std::forward<F>(function), std::forward<A>(a), std::forward<B>(b),
                            std::forward<C>(c), std::forward<D>(d), std::forward<E>(e),
                            std::forward<G>(g), where);
  }
  template <typename F, typename A = absent, typename B = absent, typename C = absent,
            typename D = absent, typename E = absent, typename G = absent>
  requires weir::detail::function_like<F>
  auto try_spawn(job_options options, F&& function, A&& a = {}, B&& b = {}, C&& c = {}, D&& d = {},
                 E&& e = {}, G&& g = {},
                 std::source_location where = std::source_location::current()) const {
    return jobs().try_spawn(std::move(options), std::forward<F>(function), std::forward<A>(a),
                            std::forward<B>(b), std::forward<C>(c), std::forward<D>(d),
                            std::forward<E>(e), std::forward<G>(g), where);
  }

  /// Goes on when the client has gone; the end of the server waits for it.
  template <typename T>
  [[nodiscard]] auto shield(awaitable<T> body,
                            std::source_location where = std::source_location::current()) const {
    return jobs().shield(std::move(body), where);
  }
  template <typename F, typename A = absent, typename B = absent, typename C = absent,
            typename D = absent, typename E = absent, typename G = absent>
  requires weir::detail::function_like<F>
  [[nodiscard]] auto shield(F&& function, A&& a = {}, B&& b = {}, C&& c = {}, D&& d = {},
                            E&& e = {}, G&& g = {},
                            std::source_location where = std::source_location::current()) const {
    return jobs().shield(std::forward<F>(function), std::forward<A>(a), std::forward<B>(b),
                         std::forward<C>(c), std::forward<D>(d), std::forward<E>(e),
                         std::forward<G>(g), where);
  }

 private:
  scheduler& jobs() const { return static_cast<const Context&>(*this).jobs(); }
};

}  // namespace weir::web
