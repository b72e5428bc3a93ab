/// The scheduler's operations on a context. They go to the nearest scheduler, and record the line
/// of the handler that called them.
#pragma once

#include <source_location>
#include <utility>

#include <weir/scheduler.hpp>
#include <weir/web/http.hpp>

namespace weir::web {

/// Each takes a coroutine, or a function and its arguments, like those of basic_scheduler; options
/// come before the function. \throws std::logic_error if there is no scheduler, and what the
/// scheduler throws. \tparam Context has jobs().
template <typename Context>
class spawning {
  using absent = weir::detail::absent;

 public:
  /// Starts a job that outlives this request. Waits if too many are pending; if the client
  /// disconnects meanwhile, the job never runs.
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

  /// Like spawn, but never waits. If there is no place it throws scheduler_errc::full, which
  /// becomes a 503 with Retry-After if the handler does not catch it.
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

  /// Continues after the client has disconnected; the server waits for it before it ends.
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
