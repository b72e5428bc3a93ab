// Listening, and connected clients.
#include "web/server_core.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "web/session.hpp"

namespace weir::web::detail {

namespace {

/// Pauses after a failed accept: from the first to the longest, doubled each time.
constexpr std::chrono::nanoseconds first_pause = std::chrono::milliseconds(10);
constexpr std::chrono::nanoseconds longest_pause = std::chrono::seconds(1);
/// How long a client may take to close after its last answer.
constexpr std::chrono::nanoseconds linger_time = std::chrono::seconds(2);

deadlines::durations durations_of(const server_options& o) {
  return {o.header_timeout(), o.idle_timeout(), o.request_timeout(), o.stall_timeout(),
          std::min(linger_time, o.stall_timeout())};
}

/// Whether the connection failed, rather than listening (accept(2)).
bool is_of_connection(const boost::system::error_code& error) {
  namespace e = boost::system::errc;
  return error == e::connection_aborted || error == e::interrupted || error == e::protocol_error ||
         error == e::operation_would_block;
}

/// Completes a session's coroutine; owns the session, because the cancellation slot in it must
/// outlive the coroutine's frames.
struct session_end {
  using cancellation_slot_type = boost::asio::cancellation_slot;
  cancellation_slot_type get_cancellation_slot() const noexcept { return owned->slot(); }
  void operator()(const std::exception_ptr& error) noexcept {
    if (error) owned->tell_end(error);
  }
  std::unique_ptr<session> owned;
};

std::string words_of(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception of unknown type";
  }
}

}  // namespace

server_core::server_core(app& root, server_options options)
    : root_(root),
      options_(std::move(options)),
      executor_(root.get_executor()),
      stop_(std::make_shared<stop_signal>()),
      times_(executor_, durations_of(options_)),
      drained_(executor_),
      room_(executor_),
      phase_(executor_),
      signals_(executor_) {}

server_core::~server_core() = default;

void server_core::tell(std::string_view message, std::string_view request,
                       const std::exception_ptr& exception) const noexcept {
  try {
    if (options_.on_error()) return options_.on_error()({message, request, exception});
    std::string line = "weir: " + std::string(message);
    if (!request.empty()) line += ", " + std::string(request);
    std::fprintf(stderr, "%s: %s\n", line.c_str(), words_of(exception).c_str());
  } catch (...) {
    std::fputs("weir: a failure could not be reported\n", stderr);
  }
}

awaitable<void> server_core::wait_for_room() {
  while (session_count_ >= options_.sessions() && !is_draining()) {
    room_.expires_at(boost::asio::steady_timer::time_point::max());
    boost::system::error_code ignored;
    co_await room_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }
}

awaitable<void> server_core::back_off(std::chrono::nanoseconds& pause) {
  pause = pause.count() == 0 ? first_pause : std::min(2 * pause, longest_pause);
  co_await stop_->sleep(pause);
}

awaitable<bool> server_core::accept_one(listener& from, std::exception_ptr& failure) {
  boost::system::error_code error;
  std::unique_ptr<stream> accepted = co_await from.accept(error);
  if (accepted) {
    co_await wait_for_room();  // another listener's connection may have taken the room
    start_session(std::move(accepted));
    co_return true;
  }
  if (!is_of_connection(error))
    failure = std::make_exception_ptr(boost::system::system_error(error));
  co_return false;
}

awaitable<void> server_core::accept_from(listener& from) {
  std::chrono::nanoseconds pause{0};
  for (;;) {
    co_await wait_for_room();
    if (is_draining()) co_return;
    std::exception_ptr failure;
    bool accepted = false;
    try {
      accepted = co_await accept_one(from, failure);
    } catch (...) {  // no memory, or making a stream of the socket failed
      failure = std::current_exception();
    }
    if (is_draining()) co_return;
    if (failure) {
      // Reported once, however long it lasts.
      if (pause.count() == 0) tell("Accept failed", "", failure);
      co_await back_off(pause);
    } else if (accepted) {
      pause = std::chrono::nanoseconds(0);
    }
  }
}

void server_core::start_session(std::unique_ptr<stream> bytes) {
  ++report_.accepted;
  ++session_count_;
  auto made = std::make_unique<session>(shared_from_this(), std::move(bytes));
  session& s = *made;
  sessions_.push_back(s.all);
  boost::asio::co_spawn(executor_, s.run(), session_end{std::move(made)});
}

void server_core::ended(session& s) noexcept {
  s.all.unlink();
  s.begun.unlink();
  --session_count_;
  if (!serving_) return;
  room_.cancel();
  phase_.cancel();
}

void server_core::began(session& s) {
  begun_.push_back(s.begun);
  if (std::exchange(watch_posted_, true)) return;
  boost::asio::post(executor_, [self = shared_from_this()] { self->watch_begun(); });
}

void server_core::watch_begun() {
  watch_posted_ = false;
  while (weir::detail::list_hook* const hook = begun_.pop_front()) session_of(*hook).watch_client();
}

std::size_t server_core::request_count() const noexcept {
  std::size_t count = 0;
  sessions_.each(
      [&](weir::detail::list_hook& hook) { count += session_of(hook).is_busy() ? 1 : 0; });
  return count;
}

void server_core::drain_on(int signal) {
  signals_.add(signal);
  if (!std::exchange(waits_for_signal_, true)) wait_for_signal();
}

void server_core::wait_for_signal() {
  signals_.async_wait([self = weak_from_this()](boost::system::error_code error, int) {
    const auto alive = self.lock();
    if (error || !alive) return;
    alive->count_drain();
    alive->wait_for_signal();
  });
}

}  // namespace weir::web::detail
