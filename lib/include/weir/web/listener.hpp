/// Where connections come from, and the streams made of them. Include it to call server::listen;
/// Asio's acceptors and sockets appear only here.
#pragma once

#include <memory>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream_base.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <weir/web/http.hpp>
#include <weir/web/stream.hpp>

namespace weir::web {

/// A source of connections. The server closes it when it is drained.
class listener {
 public:
  listener() = default;
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;
  virtual ~listener() = default;
  /// The next connection, or null and an error. After close: operation_aborted or another error.
  virtual awaitable<std::unique_ptr<stream>> accept(boost::system::error_code& error) = 0;
  virtual void close() noexcept = 0;
};

namespace detail {

template <typename Stream>
inline constexpr bool is_socket = false;
template <typename Protocol, typename Executor>
inline constexpr bool is_socket<boost::asio::basic_stream_socket<Protocol, Executor>> = true;

/// An Asio socket, or a stream on one with a handshake (asio::ssl::stream), as a stream.
template <typename Next>
class stream_of final : public stream {
 public:
  explicit stream_of(Next next) : next_(std::move(next)) {
    if constexpr (is_socket<Next>) {
      error_code ignored;
      next_.non_blocking(true, ignored);
    }
  }

  bool open(io_done done) override {
    if constexpr (is_socket<Next>)
      return false;
    else
      return next_.async_handshake(boost::asio::ssl::stream_base::server, std::move(done)), true;
  }
  void read_some(boost::asio::mutable_buffer into, io_done done) override {
    next_.async_read_some(into, std::move(done));
  }
  void write_some(pieces from, io_done done) override {
    next_.async_write_some(from, std::move(done));
  }
  std::size_t try_write([[maybe_unused]] pieces from, [[maybe_unused]] error_code& error) override {
    if constexpr (is_socket<Next>) {
      const std::size_t written = next_.write_some(from, error);
      if (error == boost::asio::error::would_block) error.clear();
      return written;
    }
    return 0;
  }
  bool shutdown([[maybe_unused]] io_done done) override {
    if constexpr (is_socket<Next>) {
      error_code ignored;
      next_.shutdown(boost::asio::socket_base::shutdown_send, ignored);
      return false;
    } else {
      return next_.async_shutdown(std::move(done)), true;
    }
  }
  void cancel_reading() noexcept override {
    error_code ignored;
    next_.lowest_layer().cancel(ignored);
  }
  void close() noexcept override {
    error_code ignored;
    next_.lowest_layer().close(ignored);
  }
  bool has_input() noexcept override {
    error_code ignored;
    return next_.lowest_layer().available(ignored) > 0;
  }
  std::string peer() const override {
    error_code ignored;
    std::ostringstream text;
    text << next_.lowest_layer().remote_endpoint(ignored);
    return ignored ? "" : text.str();
  }

 private:
  Next next_;
};

/// An Asio acceptor, and a function that makes streams of its sockets.
template <typename Acceptor, typename Dress>
class acceptor_listener final : public listener {
 public:
  acceptor_listener(Acceptor acceptor, Dress dress)
      : acceptor_(std::move(acceptor)), dress_(std::move(dress)) {}

  awaitable<std::unique_ptr<stream>> accept(boost::system::error_code& error) override {
    const boost::asio::any_io_executor here = co_await boost::asio::this_coro::executor;
    boost::asio::basic_stream_socket<typename Acceptor::protocol_type> socket(here);
    co_await acceptor_.async_accept(socket,
                                    boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (error) co_return nullptr;
    using dressed = decltype(dress_(std::move(socket)));
    co_return std::make_unique<stream_of<dressed>>(dress_(std::move(socket)));
  }
  void close() noexcept override {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
  }

 private:
  Acceptor acceptor_;
  Dress dress_;
};

struct undressed {
  template <typename Socket>
  Socket operator()(Socket socket) const {
    return socket;
  }
};

}  // namespace detail

/// Makes an Asio socket, or a TLS stream on one, into what the server takes.
template <typename Next>
std::unique_ptr<stream> make_stream(Next next) {
  return std::make_unique<detail::stream_of<Next>>(std::move(next));
}

/// Makes a listener from an acceptor that is already listening, for TCP or a Unix socket.
/// \param dress makes a stream of each socket, for TLS:
/// `[&tls](tcp::socket s) { return ssl::stream<tcp::socket>(std::move(s), tls); }`.
template <typename Protocol, typename Executor, typename Dress = detail::undressed>
std::unique_ptr<listener> make_listener(
    boost::asio::basic_socket_acceptor<Protocol, Executor> acceptor, Dress dress = {}) {
  using acceptor_type = boost::asio::basic_socket_acceptor<Protocol, Executor>;
  return std::make_unique<detail::acceptor_listener<acceptor_type, Dress>>(std::move(acceptor),
                                                                           std::move(dress));
}

}  // namespace weir::web
