// A request's body, read on demand, and the route to its handler.
#include "web/exchange.hpp"

#include <stdexcept>

#include <weir/web/http_error.hpp>

#include "web/aborted.hpp"

namespace weir::web::detail {

exchange::exchange(std::shared_ptr<connection> bytes, std::shared_ptr<stop_signal> stop)
    : connection_(std::move(bytes)), stop_(std::move(stop)), face_(*this) {}

void exchange::reset(std::size_t header_limit) {
  parser_.emplace(request_, header_limit);
  captures_.clear();
  piece_.clear();
  head_ = response();
  app_ = nullptr;
  farewell = nullptr;
  left_ = 0;
  sound_ = continued_ = reading_ = timed_out_ = begun_ = taken_over_ = false;
  stays_ = true;
}

std::string exchange::line() const {
  const auto method = boost::beast::http::to_string(request_.method());
  return std::string(method.data(), method.size()) + ' ' + std::string(request_.target());
}

destination exchange::find(app& root) {
  destination to(&root);
  if (request_.method() == verb::unknown) {
    to.refusal = status::not_implemented;
  } else if (!target_.parse(request_.target())) {
    to.refusal = status::bad_request;
  } else {
    to = find_route(root, request_.method(), target_, captures_);
  }
  app_ = to.application;
  return to;
}

awaitable<void> exchange::send_continue() {
  continued_ = true;
  if (!parser_->expects_continue() || begun_ || connection_->input().size() > 0) co_return;
  const boost::asio::const_buffer text("HTTP/1.1 100 Continue\r\n\r\n", 25);
  co_await put({&text, 1});
}

awaitable<std::string_view> exchange::read() {
  piece_.clear();
  if (!sound_ || parser_->done()) co_return piece_;
  if (!continued_) co_await send_continue();
  for (;;) {
    const auto p = parser_->take_body(connection_->input(), piece_);
    if (p == request_parser::progress::broken) {
      sound_ = false;
      throw http_error(parser_->refusal(), "the body is malformed");
    }
    if (p == request_parser::progress::head_done) co_return piece_;
    reading_ = true;
    connection_->bound_reading(true);
    const bool more = co_await connection_->read_more();
    reading_ = false;
    if (more) continue;
    if (timed_out_ || connection_->stalled())
      throw http_error(status::request_timeout, "the body did not arrive in time");
    throw http_error(status::bad_request, "the body ended early");
  }
}

awaitable<std::string> exchange::body(std::size_t limit) {
  const auto too_long = [] { return http_error(status::payload_too_large); };
  const auto length = request_.content_length();
  if (length && *length > limit) throw too_long();
  std::string whole;
  if (length) whole.reserve(*length);
  for (;;) {
    const std::string_view more = co_await read();
    if (more.empty()) co_return whole;
    if (more.size() > limit - whole.size()) throw too_long();
    whole += more;
  }
}

bool exchange::time_out_reading() {
  if (!reading_) return false;
  timed_out_ = true;
  connection_->interrupt_reading();
  return true;
}

bool exchange::skip_body() {
  while (sound_ && !parser_->done()) {
    piece_.clear();
    if (parser_->take_body(connection_->input(), piece_) != request_parser::progress::head_done)
      sound_ = false;
  }
  return sound_;
}

}  // namespace weir::web::detail
