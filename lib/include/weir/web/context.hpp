/// One request and its response, as a handler sees them.
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

/// Lives until its handler has ended and its response is written. Spawned jobs outlive it: copy
/// what they need.
class context : public spawning<context> {
 public:
  context(const context&) = delete;
  context& operator=(const context&) = delete;

  const request& req() const noexcept;
  /// What "{name}" in the route matched, decoded. \throws std::out_of_range if the route has no
  /// such name.
  std::string_view param(std::string_view name) const;
  /// The first `name` in the query, decoded.
  std::optional<std::string> query(std::string_view name) const;
  /// The client's address, "127.0.0.1:4711"; empty if the stream has none.
  std::string peer() const;
  /// The application whose route this is.
  web::app& app() const noexcept;

  /// The nearest scheduler: the application's own, else that of an application it is mounted in.
  /// \throws std::logic_error if none of them has one.
  scheduler& jobs() const;
  /// The nearest scheduler, or null.
  scheduler* find_jobs() const noexcept { return app().find_jobs(); }
  /// The nearest T that an application stores. \throws std::logic_error if none does.
  template <typename T>
  T& state() const {
    if (T* const found = app().find_state<T>()) return *found;
    throw std::logic_error(std::string("no application keeps a ") + typeid(T).name());
  }

  /// Whether the server is being stopped.
  bool draining() const noexcept;
  /// Waits until the server is being stopped; for long-running handlers. \throws operation_aborted
  /// if the handler is cancelled.
  [[nodiscard]] awaitable<void> stopping();
  /// Waits for this long, or until the server is being stopped. \returns true if the time has
  /// passed and the server is not being stopped. \throws as stopping.
  [[nodiscard]] awaitable<bool> sleep(std::chrono::nanoseconds time);

  /// Reads the whole body. \throws http_error: 413 if it is longer than `limit` bytes, 400 if it is
  /// malformed, 408 if it does not arrive in time; operation_aborted if the client has
  /// disconnected.
  [[nodiscard]] awaitable<std::string> body(std::size_t limit = std::size_t{1} << 20);
  /// The next piece of the body, waiting for it if necessary; empty at the end. Valid until the
  /// next call. There is no size limit: count the bytes. \throws as body.
  [[nodiscard]] awaitable<std::string_view> read();

  /// Status and header fields of a response that is written in pieces; set them before the first
  /// write.
  response& head() noexcept;
  /// Writes a piece, preceded the first time by the head; returns once the socket has taken it. The
  /// response is chunked unless head() has a Content-Length. Handlers that write return
  /// awaitable<void>. \param bytes must live until it returns. \throws operation_aborted if the
  /// client has disconnected.
  [[nodiscard]] awaitable<void> write(std::string_view bytes);

 private:
  friend class detail::exchange;
  friend struct detail::websocket_access;
  explicit context(detail::exchange& owner) noexcept : owner_(owner) {}
  ~context() = default;
  detail::exchange& owner_;
};

}  // namespace weir::web
