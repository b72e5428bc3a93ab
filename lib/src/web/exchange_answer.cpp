// An exchange's answer, whole or in pieces.
#include <charconv>
#include <stdexcept>

#include "web/aborted.hpp"
#include "web/exchange.hpp"

namespace weir::web::detail {

namespace {

boost::asio::const_buffer bytes_of(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

framing exchange::framing_of(const response& answer, std::size_t size) const {
  if (is_bodiless(answer.status())) return framing::none;
  const bool has_length = !answer.header("Content-Length").empty();
  if (request_.method() == verb::head && has_length && size == 0) return framing::given;
  return framing::length;
}

void exchange::append_head_of(const response& answer, framing how, std::size_t size) {
  how_ = how;
  if (how == framing::until_end || stop_->is_set()) stays_ = false;
  out_.clear();
  append_head(out_, answer, {how, size, stays_, stays_ && request_.version() < 11});
}

awaitable<void> exchange::put(stream::pieces parts) {
  const bool written = co_await connection_->write(parts);
  if (!written) throw_aborted("write");
}

void exchange::require_room(std::size_t bytes) {
  if (how_ != framing::given) return;
  if (bytes > left_) throw std::logic_error("write: more than the Content-Length");
  left_ -= bytes;
}

awaitable<void> exchange::write_first(std::string_view bytes) {
  framing how = framing::chunked;
  const std::string_view length = head_.header("Content-Length");
  if (is_bodiless(head_.status())) {
    how = framing::none;
  } else if (!length.empty()) {
    how = framing::given;
    const auto parsed = std::from_chars(length.data(), length.data() + length.size(), left_);
    if (parsed.ec != std::errc() || parsed.ptr != length.data() + length.size())
      throw std::logic_error("write: the Content-Length is not a number");
  } else if (request_.version() < 11) {
    how = framing::until_end;
  }
  begun_ = true;
  if (request_deadline != nullptr) request_deadline->unlink();
  append_head_of(head_, how, 0);
  const boost::asio::const_buffer head = boost::asio::buffer(out_);
  co_await put({&head, 1});
  if (!bytes.empty()) co_await write(bytes);
}

awaitable<void> exchange::write(std::string_view bytes) {
  if (!begun_) {
    co_await write_first(bytes);
    co_return;
  }
  if (bytes.empty()) co_return;
  if (how_ == framing::none) throw std::logic_error("write: this status has no body");
  require_room(bytes.size());
  if (request_.method() == verb::head) co_return;
  if (how_ != framing::chunked) {
    const boost::asio::const_buffer plain = bytes_of(bytes);
    co_await put({&plain, 1});
    co_return;
  }
  out_.clear();
  append_chunk_size(out_, bytes.size());
  const boost::asio::const_buffer parts[] = {bytes_of(out_), bytes_of(bytes), bytes_of("\r\n")};
  co_await put(parts);
}

awaitable<bool> exchange::finish_begun() {
  if (how_ == framing::given && left_ > 0 && request_.method() != verb::head) {
    stays_ = false;
    connection_->close();
    co_return false;
  }
  // Not earlier: the handler may have alternated between reading and writing.
  if (!skip_body()) stays_ = false;
  if (how_ != framing::chunked || request_.method() == verb::head) co_return !connection_->closed();
  const boost::asio::const_buffer last = bytes_of("0\r\n\r\n");
  const bool written = co_await connection_->write({&last, 1});
  co_return written;
}

std::shared_ptr<connection> exchange::take_over() {
  begun_ = taken_over_ = true;
  stays_ = false;
  if (request_deadline != nullptr) request_deadline->unlink();
  connection_->bound_reading(false);
  connection_->unwatch();
  return connection_;
}

awaitable<bool> exchange::finish(const response& answer) {
  if (taken_over_) co_return true;
  if (begun_) co_return co_await finish_begun();
  if (!skip_body()) stays_ = false;
  const std::size_t size = answer.body().size();
  append_head_of(answer, framing_of(answer, size), size);
  boost::asio::const_buffer parts[] = {bytes_of(out_), bytes_of(answer.body())};
  const bool without_body = request_.method() == verb::head || how_ == framing::none;
  const bool written = co_await connection_->write({parts, without_body ? 1U : 2U});
  co_return written;
}

}  // namespace weir::web::detail
