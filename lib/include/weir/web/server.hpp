/// Serves an application until it is drained.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>

#include <weir/web/app.hpp>
#include <weir/web/listener.hpp>
#include <weir/web/server_options.hpp>

namespace weir::web {

namespace detail {
class server_core;
}

/// Serves HTTP/1.1 on the application's executor. Use everything but drain there, or anywhere while
/// the loop is not running.
///
/// drain stops it in these steps: it accepts no more connections, and closes those waiting for a
/// request; running requests get `Connection: close` and have `grace` to finish; handlers that are
/// not atomic are then cancelled (Asio's terminal cancellation), answered with 503, and have
/// close_timeout to end; then the applications' schedulers wait_and_close, those of mounted
/// applications first, and atomic handlers before background jobs; then serve returns.
class server {
 public:
  /// \param application must outlive the server's loop; can be served once only.
  explicit server(app& application, server_options options = {});
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  /// Only after serve has returned, or once the loop has stopped for good.
  ~server();

  /// Adds a source of connections; before serve.
  server& listen(std::unique_ptr<listener> from);
  /// As make_listener.
  template <typename Acceptor, typename... Dress>
  requires requires { typename Acceptor::protocol_type; }
  server& listen(Acceptor acceptor, Dress... dress) {
    return listen(make_listener(std::move(acceptor), std::move(dress)...));
  }
  /// Listens for TCP on an address such as "127.0.0.1" or "::". \param port 0: any free port.
  /// \returns the port. \throws boost::system::system_error if that fails.
  unsigned short listen(const std::string& address, unsigned short port);
  /// Drains on these signals: the first begins, a second ends the grace, like calls of drain.
  server& drain_on(std::initializer_list<int> signals);

  /// Serves until it has been drained. Cancelling it drains without grace.
  /// \throws std::logic_error if called twice; std::invalid_argument if there is nothing to listen
  /// on.
  [[nodiscard]] awaitable<serve_report> serve();
  template <typename Acceptor>
  requires requires { typename Acceptor::protocol_type; }
  [[nodiscard]] awaitable<serve_report> serve(Acceptor acceptor) {
    listen(std::move(acceptor));
    return serve();
  }

  /// Serves, and runs the loop until it has no more work: all that a program's main needs.
  /// \param loop the application's. \throws as serve.
  serve_report run(boost::asio::io_context& loop);

  /// Begins to stop. A second call ends the grace, and a third the wait for background jobs,
  /// shields and atomic handlers, which are cancelled. Safe from any thread, even before serve.
  void drain();
  bool draining() const noexcept;

  /// The number of open connections.
  std::size_t session_count() const noexcept;
  /// The number of running handlers, including atomic ones while their clients wait.
  std::size_t request_count() const noexcept;

 private:
  std::shared_ptr<detail::server_core> core_;
};

}  // namespace weir::web
