/// A connection that a handler turns into a WebSocket (RFC 6455).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <weir/web/context.hpp>

namespace weir::web {

namespace detail {
class websocket_core;
}

/// A handler makes one, reads and writes until read gives nothing, and returns:
///
///     web::awaitable<void> chat(web::context& ctx) {
///       web::websocket socket = co_await web::websocket::accept(ctx);
///       auto message = co_await socket.read();
///       while (message) {
///         co_await socket.write(message->text);
///         message = co_await socket.read();
///       }
///     }
///
/// A handler that returns without close ends it properly (1000), one that throws with 1011; the
/// client has a few seconds to answer. When the server is being stopped the client is told so
/// (1001, going away), and read gives nothing. It must not outlive its handler.
class websocket {
 public:
  struct message {
    std::string text;
    bool binary = false;
  };

  /// Answers the request with 101. \param limit of a message, in bytes; a longer one ends the
  /// connection (1009). \throws http_error: 426 when the client asked for no WebSocket.
  [[nodiscard]] static awaitable<websocket> accept(context& ctx,
                                                   std::size_t limit = std::size_t{1} << 20);
  websocket(websocket&&) noexcept;
  websocket& operator=(websocket&&) noexcept;
  ~websocket();

  /// The next message; nothing when the connection has ended, by whom or why ever. Pings are
  /// answered. \throws operation_aborted when the handler is cancelled.
  [[nodiscard]] awaitable<std::optional<message>> read();
  /// Returns when the socket has taken it. One at a time. \throws operation_aborted when the client
  /// has gone.
  [[nodiscard]] awaitable<void> write(std::string_view bytes, bool binary = false);
  /// Ends it properly (1000).
  [[nodiscard]] awaitable<void> close();

 private:
  explicit websocket(std::shared_ptr<detail::websocket_core> core) noexcept;
  std::shared_ptr<detail::websocket_core> core_;
};

}  // namespace weir::web
