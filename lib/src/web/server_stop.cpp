// From drain to the report.
#include <algorithm>
#include <stdexcept>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "web/aborted.hpp"
#include "web/server_core.hpp"
#include "web/session.hpp"

namespace weir::web::detail {

namespace {

void add(close_report& to, const close_report& more) {
  to.finished += more.finished;
  to.failed += more.failed;
  to.cancelled += more.cancelled;
  to.never_started += more.never_started;
  to.still_running += more.still_running;
}

using steady = std::chrono::steady_clock;

steady::time_point in(std::chrono::nanoseconds time) {
  return steady::now() + std::min<std::chrono::nanoseconds>(time, std::chrono::hours(24 * 36500));
}

}  // namespace

void server_core::drain() {
  boost::asio::post(executor_, [self = shared_from_this()] { self->count_drain(); });
}

void server_core::count_drain() {
  ++drains_;
  if (drains_ == 1) begin_stop();
  if (drains_ == 3 && closing_ != nullptr) close_now(*closing_);
  phase_.cancel();
}

void server_core::begin_stop() {
  stop_->set();
  for (const auto& from : listeners_) from->close();
  room_.cancel();
  sessions_.each([](weir::detail::list_hook& hook) { session_of(hook).drain(); });
  drained_.leave();
}

awaitable<serve_report> server_core::serve() {
  if (std::exchange(serving_, true)) throw std::logic_error("serve: a server can serve only once");
  if (listeners_.empty()) throw std::invalid_argument("serve: there is nothing to listen on");
  each_app(root_, [](app& a) {
    if (std::exchange(app_access::core(a).served, true))
      throw std::logic_error("serve: an application can be served only once");
  });
  const auto self = shared_from_this();
  const bool throwing = co_await boost::asio::this_coro::throw_if_cancelled();
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  co_await wait_until_drained();
  co_await stop_in_order();
  times_.stop();
  signals_.cancel();
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  co_await boost::asio::this_coro::throw_if_cancelled(throwing);
  if (throwing && state.cancelled() != boost::asio::cancellation_type::none) throw_aborted("serve");
  co_return report_;
}

awaitable<void> server_core::wait_until_drained() {
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  if (state.cancelled() != boost::asio::cancellation_type::none) count_drain();
  if (is_draining()) {
    for (const auto& from : listeners_) from->close();
    co_return;
  }
  for (const auto& from : listeners_) {
    ++accepting_;
    boost::asio::co_spawn(executor_, accept_from(*from),
                          [self = shared_from_this()](const std::exception_ptr& error) {
                            if (error) self->tell("Accept ended", "", error);
                            --self->accepting_;
                            self->phase_.cancel();
                          });
  }
  co_await drained_.wait([this] {  // serve() itself is cancelled: no grace
    count_drain();
    count_drain();
  });
}

template <typename Over>
awaitable<void> server_core::wait_until(Over over, std::chrono::nanoseconds time) {
  const auto deadline = in(time);
  while (!over() && steady::now() < deadline) {
    phase_.expires_at(deadline);
    boost::system::error_code ignored;
    co_await phase_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }
}

bool server_core::only_atomics_left() const {
  bool only = true;
  sessions_.each([&](weir::detail::list_hook& hook) {
    only = only && session_of(hook).at() == session::stage::atomic;
  });
  return only;
}

void server_core::cancel_handlers() {
  // A cancelled handler may end at once, and its session, too.
  std::vector<session*> all;
  sessions_.each([&](weir::detail::list_hook& hook) { all.push_back(&session_of(hook)); });
  for (session* const s : all) report_.cancelled += s->end_grace() ? 1 : 0;
}

awaitable<void> server_core::stop_in_order() {
  const auto all_gone = [this] { return session_count_ == 0 && accepting_ == 0; };
  co_await wait_until([&] { return all_gone() || drains_ >= 2; }, options_.grace());
  cancel_handlers();
  co_await wait_until([this] { return only_atomics_left(); }, options_.close_timeout());
  std::vector<app*> order;
  each_app(root_, [&order](app& a) { order.push_back(&a); });
  for (app* const a : order) co_await close_app(*a);
  co_await wait_until(all_gone, options_.close_timeout());
  report_.still_running = request_count();
  sessions_.each([](weir::detail::list_hook& hook) { session_of(hook).close(); });
}

awaitable<void> server_core::close_app(app& a) {
  auto& own = app_access::core(a).own;
  if (!own) co_return;
  closing_ = &*own;
  const auto deadline = in(drains_ >= 3 ? std::chrono::nanoseconds(0) : own->jobs.wait_timeout());
  const auto atomics = co_await close_one(own->atomics, deadline);
  const auto jobs = co_await close_one(own->jobs, deadline);
  add(report_.atomics, atomics);
  add(report_.jobs, jobs);
  closing_ = nullptr;
}

awaitable<close_report> server_core::close_one(scheduler& jobs, steady::time_point deadline) {
  close_report report;
  try {
    const auto left = std::max(deadline - steady::now(), steady::duration(0));
    report = co_await jobs.wait_and_close(left);
  } catch (...) {  // its policy is to fail on the first failure
    tell("Closing a scheduler failed", "", std::current_exception());
  }
  co_return report;
}

void server_core::close_now(app_schedulers& own) {
  for (scheduler* const s : {&own.atomics, &own.jobs}) {
    auto close = s->close();
    boost::asio::co_spawn(executor_, std::move(close), boost::asio::detached);
  }
}

void server_core::abandon() noexcept {
  serving_ = false;
  while (weir::detail::list_hook* const hook = sessions_.pop_front()) session_of(*hook).abandon();
  drained_.abandon();
}

}  // namespace weir::web::detail
