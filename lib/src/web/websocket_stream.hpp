/// Adapts a connection to what Beast calls a stream, for its WebSocket.
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/role.hpp>

#include "web/connection.hpp"

namespace weir::web::detail {

template <typename Buffers>
awaitable<std::size_t> read_into(std::shared_ptr<connection> from, Buffers buffers) {
  auto& input = from->input();
  if (input.size() == 0) {
    const bool more = co_await from->read_more();
    if (!more) throw boost::system::system_error(boost::asio::error::eof);
  }
  const std::size_t bytes = boost::asio::buffer_copy(buffers, input.cdata());
  input.consume(bytes);
  co_return bytes;
}

/// Writes the first few of the buffers.
template <typename Buffers>
awaitable<std::size_t> write_from(std::shared_ptr<connection> to, Buffers buffers) {
  boost::asio::const_buffer parts[4];
  std::size_t count = 0, bytes = 0;
  for (const boost::asio::const_buffer part : boost::beast::buffers_range_ref(buffers)) {
    if (part.size() == 0) continue;
    parts[count++] = part;
    bytes += part.size();
    if (count == 4) break;
  }
  const bool written = co_await to->write({parts, count});
  if (!written) throw boost::system::system_error(boost::asio::error::connection_reset);
  co_return bytes;
}

class websocket_stream {
 public:
  using executor_type = boost::asio::any_io_executor;
  websocket_stream(std::shared_ptr<connection> bytes, executor_type executor)
      : connection_(std::move(bytes)), executor_(std::move(executor)) {}

  executor_type get_executor() noexcept { return executor_; }
  connection& bytes() noexcept { return *connection_; }

  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return start([c = connection_, buffers] { return read_into(c, buffers); },
                 std::forward<Token>(token));
  }
  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return start([c = connection_, buffers] { return write_from(c, buffers); },
                 std::forward<Token>(token));
  }

 private:
  using error_code = boost::system::error_code;

  static error_code code_of(const std::exception_ptr& error) {
    if (!error) return {};
    try {
      std::rethrow_exception(error);
    } catch (const boost::system::system_error& e) {
      return e.code();
    } catch (...) {
      return boost::asio::error::fault;
    }
  }

  template <typename Work, typename Token>
  auto start(Work work, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [executor = executor_](auto handler, Work make) {
          const auto slot = boost::asio::get_associated_cancellation_slot(handler);
          boost::asio::co_spawn(executor, make(),
                                boost::asio::bind_cancellation_slot(
                                    slot, [h = std::move(handler)](const std::exception_ptr& error,
                                                                   std::size_t bytes) mutable {
                                      std::move(h)(code_of(error), bytes);
                                    }));
        },
        token, std::move(work));
  }

  std::shared_ptr<connection> connection_;
  executor_type executor_;
};

// What else Beast requires of a stream (found by argument-dependent lookup).
inline void teardown(boost::beast::role_type, websocket_stream& s,
                     boost::system::error_code& error) {
  s.bytes().close();
  error = {};
}
template <typename Handler>
void async_teardown(boost::beast::role_type, websocket_stream& s, Handler&& handler) {
  s.bytes().close();
  boost::asio::post(s.get_executor(), [h = std::forward<Handler>(handler)]() mutable {
    std::move(h)(boost::system::error_code());
  });
}
inline void beast_close_socket(websocket_stream& s) {
  s.bytes().close();
}

}  // namespace weir::web::detail
