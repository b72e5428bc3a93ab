/// One request and its answer, as a handler sees them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>

#include <weir/scheduler.hpp>
#include <weir/web/app.hpp>
#include <weir/web/request.hpp>
#include <weir/web/response.hpp>
#include <weir/web/spawning.hpp>

namespace weir::web {

namespace detail {
class exchange;
struct websocket_access;
}  // namespace detail

/// Lives until its handler has ended and its response is written. What is spawned outlives it: take
/// what such a job needs out of it, by value.
class context : public spawning<context> {
 public:
  context(const context&) = delete;
  context& operator=(const context&) = delete;

  const request& req() const noexcept;
  /// What "{name}" stood for in the route, decoded. \throws std::out_of_range when the route has no
  /// such name.
  std::string_view param(std::string_view name) const;
  /// The first `name` of the query, decoded.
  std::optional<std::string> query(std::string_view name) const;
  /// The client's address, "127.0.0.1:4711"; empty for a stream without.
  std::string peer() const;
  /// The application whose route this is.
  web::app& app() const noexcept;

  /// The nearest scheduler: the application's own, else that of one it is mounted in.
  /// \throws std::logic_error when none of them has one.
  scheduler& jobs() const;
  /// The nearest scheduler, or null.
  scheduler* find_jobs() const noexcept { return app().find_jobs(); }
  /// The nearest T that an application keeps. \throws std::logic_error when none does.
  template <typename T>
  T& state() const {
    if (T* const found = app().find_state<T>()) return *found;
    throw std::logic_error(std::string("no application keeps a ") + typeid(T).name());
  }

  /// Whether the server is being stopped.
  bool draining() const noexcept;
  /// Waits until the server is being stopped: for what goes on for long. \throws operation_aborted
  /// when the handler is cancelled.
  [[nodiscard]] awaitable<void> stopping();
  /// Waits, but only until the server is being stopped. \returns whether the time is over, and the
  /// server goes on. \throws as stopping.
  [[nodiscard]] awaitable<bool> sleep(std::chrono::nanoseconds time);

  /// The whole body, read now. \throws http_error: 413 when it is longer than `limit` bytes, 400
  /// when it is broken, 408 when it does not come in time; operation_aborted when the client has
  /// gone.
  [[nodiscard]] awaitable<std::string> body(std::size_t limit = std::size_t{1} << 20);
  /// The next piece of the body, read when there is none; empty at its end. Valid until the next
  /// call. There is no limit but the client's patience: count. \throws as body.
  [[nodiscard]] awaitable<std::string_view> read();

  /// Status and header lines of an answer that is written in pieces; to be set before the first
  /// write.
  response& head() noexcept;
  /// Writes a piece, the head before the first one; returns when the socket has taken it. Chunked,
  /// unless head() has a Content-Length. A handler that has written answers with awaitable<void>.
  /// \param bytes must live until it returns. \throws operation_aborted when the client has gone.
  [[nodiscard]] awaitable<void> write(std::string_view bytes);

 private:
  friend class detail::exchange;
  friend struct detail::websocket_access;
  explicit context(detail::exchange& owner) noexcept : owner_(owner) {}
  ~context() = default;
  detail::exchange& owner_;
};

}  // namespace weir::web
