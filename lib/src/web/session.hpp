/// One connection's requests, one after another.
#pragma once

#include <memory>
#include <optional>

#include <boost/asio/cancellation_signal.hpp>
#include <weir/detail/intrusive_list.hpp>

#include "web/connection.hpp"
#include "web/exchange.hpp"
#include "web/server_core.hpp"

namespace weir::web::detail {

class session final : private connection::watcher {
 public:
  /// The stage of a session, which decides what a stop, a timeout or the client's departure does to
  /// it.
  enum class stage {
    idle,        ///< waits for the first byte of a request
    head,        ///< part of a head, or of a handshake, has arrived
    handling,    ///< its handler runs
    atomic,      ///< its handler runs as a separate job
    cancelling,  ///< its handler has been cancelled
    answering,   ///< the answer is being written
    leaving,     ///< everything is written; waits for the client to close
  };
  struct hook : weir::detail::list_hook {
    explicit hook(session& s) : owner(s) {}
    session& owner;
  };

  session(std::shared_ptr<server_core> server, std::unique_ptr<stream> bytes);
  ~session();

  awaitable<void> run();

  boost::asio::cancellation_slot slot() noexcept { return signal_.slot(); }
  stage at() const noexcept { return at_; }
  /// Whether a handler runs, or was cancelled and has not ended.
  bool is_busy() const noexcept {
    return at_ == stage::handling || at_ == stage::atomic || at_ == stage::cancelling;
  }
  /// Its coroutine ended with an uncaught exception.
  void tell_end(const std::exception_ptr& error) const noexcept {
    server_->tell("Session failed", "", error);
  }
  /// The server has been asked to stop: an idle session ends.
  void drain() noexcept;
  /// The grace period is over.
  /// \returns whether a handler was cancelled.
  bool end_grace();
  /// Closes the connection, in any stage.
  void close() noexcept { connection_->close(); }
  /// Drops the coroutine, which will not be resumed any more.
  void abandon() noexcept { connection_->abandon(); }
  /// If its handler still runs, the client is watched from now on.
  void watch_client();

  hook all, begun;  ///< in the server's lists

 private:
  enum class why { none, client_gone, out_of_time, stopped };

  awaitable<bool> serve_one();
  awaitable<bool> read_head();
  awaitable<bool> answer_request();
  awaitable<void> part(bool well);
  awaitable<void> call(const handler& route, web::app& application);
  awaitable<void> run_atomic(const handler& route, web::app& application);
  awaitable<bool> refuse(status code, const std::string& allow = "");
  awaitable<bool> send(const response& answer);
  awaitable<void> leave();
  response answer_to(const std::exception_ptr& failure);
  void cancel(why reason);
  void client_gone(bool half_closed) override;
  void expire(deadline_kind kind);
  void make_exchange();

  std::shared_ptr<server_core> server_;
  std::shared_ptr<connection> connection_;
  std::shared_ptr<exchange> exchange_;
  boost::asio::cancellation_signal signal_;
  deadline deadline_;
  response answer_;
  stage at_ = stage::head;
  why cancelled_ = why::none;
  bool first_ = true;
  bool late_ = false;  ///< the head did not arrive in time
};

inline session& session_of(weir::detail::list_hook& hook) {
  return static_cast<session::hook&>(hook).owner;
}

}  // namespace weir::web::detail
