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

/// A handler accepts one, reads and writes until read returns nothing, and returns:
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
/// If the handler returns without calling close, the connection is closed normally (1000); if it
/// throws, with 1011. The client has a few seconds to reply. When the server is being stopped, the
/// client is notified (1001, going away) and read returns nothing. A websocket must not outlive its
/// handler.
class websocket {
 public:
  struct message {
    std::string text;
    bool binary = false;
  };

  /// Answers the request with 101. \param limit of a message, in bytes; a longer one ends the
  /// connection (1009). \throws http_error: 426 if the client did not ask for a WebSocket.
  [[nodiscard]] static awaitable<websocket> accept(context& ctx,
                                                   std::size_t limit = std::size_t{1} << 20);
  websocket(websocket&&) noexcept;
  websocket& operator=(websocket&&) noexcept;
  ~websocket();

  /// The next message; nothing once the connection has ended, for whatever reason. Pings are
  /// answered. \throws operation_aborted if the handler is cancelled.
  [[nodiscard]] awaitable<std::optional<message>> read();
  /// Returns once the socket has taken the message. Only one write at a time. \throws
  /// operation_aborted if the client has disconnected.
  [[nodiscard]] awaitable<void> write(std::string_view bytes, bool binary = false);
  /// Closes the connection normally (1000).
  [[nodiscard]] awaitable<void> close();

 private:
  explicit websocket(std::shared_ptr<detail::websocket_core> core) noexcept;
  std::shared_ptr<detail::websocket_core> core_;
};

}  // namespace weir::web
