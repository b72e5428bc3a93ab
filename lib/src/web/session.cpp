// From a head to its answer, repeatedly.
#include "web/session.hpp"

#include <stdexcept>
#include <utility>

#include <boost/asio/this_coro.hpp>
#include <weir/web/http_error.hpp>

#include "web/aborted.hpp"

namespace weir::web::detail {

session::session(std::shared_ptr<server_core> server, std::unique_ptr<stream> bytes)
    : all(*this),
      begun(*this),
      server_(std::move(server)),
      connection_(std::make_shared<connection>(std::move(bytes), server_->executor(),
                                               server_->times(),
                                               server_->options().header_limit())),
      deadline_(this,
                [](void* self, deadline_kind kind) { static_cast<session*>(self)->expire(kind); }) {
}

session::~session() {
  connection_->unwatch();
  connection_->close();
  if (exchange_) exchange_->request_deadline = nullptr;
  server_->ended(*this);
}

awaitable<void> session::run() {
  server_->times().arm(deadline_, deadline_kind::head);
  bool stays = co_await connection_->open();
  while (stays) stays = co_await serve_one();
  co_await leave();
}

void session::make_exchange() {
  // An atomic handler may still use the last one.
  if (!exchange_ || exchange_.use_count() > 1)
    exchange_ = std::make_shared<exchange>(connection_, server_->stop());
  exchange_->reset(server_->options().header_limit());
  exchange_->request_deadline = &deadline_;
}

awaitable<bool> session::serve_one() {
  make_exchange();
  const bool complete = co_await read_head();
  if (!complete) co_return false;
  server_->times().arm(deadline_, deadline_kind::request);
  const bool stays = co_await answer_request();
  co_return stays;
}

awaitable<bool> session::read_head() {
  at_ = stage::idle;
  server_->times().arm(deadline_,
                       std::exchange(first_, false) ? deadline_kind::head : deadline_kind::idle);
  connection_->bound_reading(false);
  for (;;) {
    auto& input = connection_->input();
    // An empty line before a request is skipped (RFC 9112, section 2.2).
    while (at_ == stage::idle && input.size() >= 2 &&
           std::string_view(static_cast<const char*>(input.cdata().data()), 2) == "\r\n")
      input.consume(2);
    if (input.size() > 0) {
      if (at_ == stage::idle) server_->times().arm(deadline_, deadline_kind::head);
      at_ = stage::head;
      const auto p = exchange_->parser().take_head(input);
      if (p == request_parser::progress::head_done) {
        exchange_->accept_head();
        co_return true;
      }
      if (p == request_parser::progress::broken) {
        co_await refuse(exchange_->parser().refusal());
        co_return false;
      }
    }
    if (at_ == stage::idle && server_->is_draining() && connection_->is_quiet()) {
      ++server_->report().idle_closed;
      connection_->close();
      co_return false;
    }
    const bool more = co_await connection_->read_more();
    if (more || (server_->is_draining() && at_ == stage::idle && !connection_->ended())) continue;
    if (late_ && at_ == stage::head && !connection_->ended())
      co_await refuse(status::request_timeout);
    co_return false;
  }
}

awaitable<bool> session::answer_request() {
  if (!exchange_->parser().wants_to_stay()) exchange_->leave();
  const destination to = exchange_->find(server_->root());
  if (to.route == nullptr) co_return co_await refuse(to.refusal, to.allow);
  std::exception_ptr failure;
  at_ = to.route->is_atomic() ? stage::atomic : stage::handling;
  server_->began(*this);
  try {
    co_await call(*to.route, *to.application);
  } catch (...) {
    failure = std::current_exception();
  }
  if (!failure && exchange_->begun() && !answer_.body().empty())
    failure = std::make_exception_ptr(
        std::logic_error("the handler wrote its answer, and returned another"));
  begun.unlink();
  connection_->unwatch();
  at_ = stage::answering;
  deadline_.unlink();
  // Reset whatever the handler did to the cancellation state that it shares with us.
  co_await boost::asio::this_coro::reset_cancellation_state();
  co_await boost::asio::this_coro::throw_if_cancelled(true);
  if (exchange_->farewell && cancelled_ == why::none) co_await part(!failure);
  const why cancelled = cancelled_;
  if (failure) answer_ = answer_to(failure);
  cancelled_ = why::none;
  if (cancelled == why::client_gone || (failure && exchange_->begun())) {
    ++server_->report().aborted;
    connection_->close();
    co_return false;
  }
  co_return co_await send(answer_);
}

/// Ends the protocol that the handler used instead of HTTP, within a time limit.
awaitable<void> session::part(bool well) {
  server_->times().arm(deadline_, deadline_kind::linger);
  const auto say = std::exchange(exchange_->farewell, nullptr);
  co_await say(well);
  deadline_.unlink();
}

awaitable<void> session::call(const handler& route, web::app& application) {
  if (route.is_atomic()) {
    co_await run_atomic(route, application);
  } else {
    answer_ = co_await route(exchange_->face());
  }
}

namespace {

/// The body of an atomic handler's job: it owns what may outlive the session.
awaitable<void> handle_atomically(std::shared_ptr<exchange> owned, const handler& route) {
  owned->atomic_answer = co_await route(owned->face());
}

}  // namespace

awaitable<void> session::run_atomic(const handler& route, web::app& application) {
  app_schedulers* const nearest = nearest_schedulers(application);
  if (nearest == nullptr) (void)exchange_->face().jobs();  // throws with an explanation
  const job_options named(exchange_->line());
  exchange_->atomic_answer.reset();
  const job<> running = co_await nearest->atomics.spawn(handle_atomically(exchange_, route), named);
  co_await running.wait();
  answer_ = std::move(*exchange_->atomic_answer);
}

awaitable<bool> session::refuse(status code, const std::string& allow) {
  response answer = http_error(code).answer();
  if (!allow.empty()) answer.set("Allow", allow);
  if (code == status::request_timeout || !exchange_->has_head()) exchange_->leave();
  co_return co_await send(answer);
}

awaitable<bool> session::send(const response& answer) {
  at_ = stage::answering;
  deadline_.unlink();
  const bool written = co_await exchange_->finish(answer);
  auto& report = server_->report();
  ++(written ? report.answered : report.aborted);
  co_return written && exchange_->stays();
}

awaitable<void> session::leave() {
  at_ = stage::leaving;
  if (connection_->closed()) co_return;
  server_->times().arm(deadline_, deadline_kind::linger);
  co_await connection_->shutdown();
  // If closed at once, a socket with unread bytes would discard what was written (RFC 9112, 9.6).
  bool more = !connection_->ended();
  while (more) {
    connection_->input().consume(connection_->input().size());
    more = co_await connection_->read_more();
  }
  connection_->close();
}

}  // namespace weir::web::detail
