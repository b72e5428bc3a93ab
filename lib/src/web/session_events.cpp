// What reaches a session from outside: the stop, the client's departure, the clock, its handler's
// failure.
#include <weir/scheduler_error.hpp>
#include <weir/web/http_error.hpp>

#include "web/session.hpp"

namespace weir::web::detail {

namespace {

response unavailable() {
  response answer = http_error(status::service_unavailable).answer();
  answer.set("Retry-After", "1");
  return answer;
}

bool is_aborted(const boost::system::system_error& error) {
  return error.code() == boost::asio::error::operation_aborted;
}

}  // namespace

/// The answer to a handler's failure; reports unexpected ones to on_error().
response session::answer_to(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const http_error& error) {
    return error.answer();
  } catch (const scheduler_error& error) {
    if (error.code() == scheduler_errc::full || error.code() == scheduler_errc::closed)
      return unavailable();
    if (error.code() == scheduler_errc::cancelled && server_->is_draining()) return unavailable();
  } catch (const boost::system::system_error& error) {
    if (is_aborted(error) && (cancelled_ != why::none || connection_->closed()))
      return unavailable();
  } catch (...) {
  }
  server_->tell("Handler failed", exchange_->line(), failure);
  return http_error(status::internal_server_error).answer();
}

void session::cancel(why reason) {
  cancelled_ = reason;
  at_ = stage::cancelling;
  signal_.emit(boost::asio::cancellation_type::terminal);
}

void session::client_gone(bool half_closed) {
  if (half_closed && server_->options().half_close()) return;
  if (at_ == stage::handling || at_ == stage::atomic) cancel(why::client_gone);
}

void session::watch_client() {
  if (exchange_->taken_over()) return;  // its reader notices the end
  if (at_ == stage::handling || at_ == stage::atomic) connection_->watch(*this);
}

void session::drain() noexcept {
  if (at_ == stage::idle) connection_->cancel_reading();
}

bool session::end_grace() {
  if (at_ == stage::handling) return cancel(why::stopped), true;
  if (at_ != stage::atomic && at_ != stage::cancelling) connection_->close();
  return false;
}

void session::expire(deadline_kind kind) {
  if (kind == deadline_kind::request) {
    const bool was_reading = exchange_->time_out_reading();
    if (!was_reading && at_ == stage::handling) cancel(why::out_of_time);
  } else if (at_ == stage::head && kind == deadline_kind::head && exchange_) {
    late_ = true;
    connection_->interrupt_reading();
  } else {
    connection_->close();
  }
}

}  // namespace weir::web::detail
