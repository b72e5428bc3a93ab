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

/// HTTP/1.1 on the application's executor. Everything but drain belongs there, or anywhere while
/// the loop does not run.
///
/// How it stops, after drain: it accepts nothing more and closes connections that wait for a
/// request; running requests get `Connection: close` and `grace`; handlers that are not atomic are
/// then cancelled (Asio's terminal cancellation), answered with 503, and have close_timeout to end;
/// then the applications' schedulers wait_and_close, those of mounted ones before that of the one
/// they are mounted in, atomic handlers before background jobs; then serve returns.
class server {
 public:
  /// \param application outlives the server's loop; it is served once.
  explicit server(app& application, server_options options = {});
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  /// After serve has returned, or with the loop stopped for good.
  ~server();

  /// Adds where connections come from, before serve.
  server& listen(std::unique_ptr<listener> from);
  /// As make_listener.
  template <typename Acceptor, typename... Dress>
  requires requires { typename Acceptor::protocol_type; }
  server& listen(Acceptor acceptor, Dress... dress) {
    return listen(make_listener(std::move(acceptor), std::move(dress)...));
  }
  /// Listens on an address, "127.0.0.1" or "::", for TCP. \param port 0: any that is free.
  /// \returns the port. \throws boost::system::system_error when that fails.
  unsigned short listen(const std::string& address, unsigned short port);
  /// These signals drain: the first begins, a second ends the grace, as calls of drain do.
  server& drain_on(std::initializer_list<int> signals);

  /// Serves until drained, and is drained when it returns. Cancelling it drains with no grace.
  /// \throws std::logic_error when called twice; std::invalid_argument with nothing to listen to.
  [[nodiscard]] awaitable<serve_report> serve();
  template <typename Acceptor>
  requires requires { typename Acceptor::protocol_type; }
  [[nodiscard]] awaitable<serve_report> serve(Acceptor acceptor) {
    listen(std::move(acceptor));
    return serve();
  }

  /// Serves, and runs the loop until nothing is left in it: all that a program's main does.
  /// \param loop the application's. \throws as serve.
  serve_report run(boost::asio::io_context& loop);

  /// Begins to stop. A second call ends the grace, a third the waiting for background jobs, shields
  /// and atomic handlers: they are cancelled. From any thread, also before serve.
  void drain();
  bool draining() const noexcept;

  /// Connections that are open now.
  std::size_t session_count() const noexcept;
  /// Handlers that run now, atomic ones included while their clients wait.
  std::size_t request_count() const noexcept;

 private:
  std::shared_ptr<detail::server_core> core_;
};

}  // namespace weir::web
