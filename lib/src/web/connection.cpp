// Reading, writing and watching.
#include "web/connection.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include <boost/asio/error.hpp>

#include "web/aborted.hpp"

namespace weir::web {

void io_done::operator()(boost::system::error_code error, std::size_t bytes) const {
  owner_->done(what_, error, bytes);
}

namespace detail {

namespace {

/// Removes what has been written from the front of a few pieces.
class remainder {
 public:
  explicit remainder(stream::pieces parts) : count_(parts.size()) {
    std::copy(parts.begin(), parts.end(), parts_.begin());
  }
  void drop(std::size_t bytes) {
    while (first_ < count_ && bytes >= parts_[first_].size()) bytes -= parts_[first_++].size();
    if (first_ < count_) parts_[first_] += bytes;
  }
  bool empty() const { return first_ == count_; }
  stream::pieces left() const { return {parts_.data() + first_, count_ - first_}; }

 private:
  std::array<boost::asio::const_buffer, 4> parts_;
  std::size_t first_ = 0, count_;
};

}  // namespace

connection::connection(std::unique_ptr<stream> bytes, const boost::asio::any_io_executor& executor,
                       deadlines& times, std::size_t read_ahead)
    : stream_(std::move(bytes)),
      times_(times),
      stall_(this, [](void* self, deadline_kind) { static_cast<connection*>(self)->stall(); }),
      input_(read_ahead),
      reader_(executor),
      writer_(executor) {}

awaitable<bool> connection::open() {
  if (!stream_->open(io_done(shared_from_this(), io_done::operation::open))) co_return true;
  writing_ = true;
  co_await writer_.wait([this] { close(); });
  co_return !write_error_ && !closed_;
}

void connection::start_reading() {
  if (reading_ || closed_ || read_error_) return;
  const std::size_t room = input_.max_size() - input_.size();
  if (room == 0) return;
  reading_ = true;
  stream_->read_some(boost::asio::buffer(incoming_, room),
                     io_done(shared_from_this(), io_done::operation::read));
}

awaitable<bool> connection::read_more() {
  const std::size_t before = input_.size();
  interrupted_ = false;
  start_reading();
  if (!reading_) co_return false;
  if (reading_bounded_) times_.arm(stall_, deadline_kind::stall);
  bool cancelled = false;
  co_await reader_.wait([this, &cancelled] {
    cancelled = true;
    reader_.leave();
  });
  if (!writing_) stall_.unlink();
  if (cancelled) throw_aborted("read");
  co_return input_.size() > before && !interrupted_;
}

void connection::interrupt_reading() {
  interrupted_ = true;
  reader_.leave();
}

void connection::cancel_reading() noexcept {
  if (!reading_ || closed_) return;
  cancelling_ = true;
  stream_->cancel_reading();
}

awaitable<bool> connection::write(stream::pieces parts) {
  remainder rest(parts);
  if (writing_) throw std::logic_error("write: another write is in progress");
  if (closed_) co_return false;
  error_code error;
  rest.drop(stream_->try_write(rest.left(), error));
  bool cancelled = false;
  while (!rest.empty() && !error && !closed_) {
    times_.arm(stall_, deadline_kind::stall);
    writing_ = true;
    stream_->write_some(rest.left(), io_done(shared_from_this(), io_done::operation::write));
    co_await writer_.wait([this, &cancelled] {
      cancelled = true;
      close();
    });
    stall_.unlink();
    rest.drop(written_);
    error = write_error_;
  }
  if (error) close();
  if (cancelled) throw_aborted("write");
  co_return rest.empty() && !error;
}

awaitable<void> connection::shutdown() {
  if (closed_) co_return;
  if (!stream_->shutdown(io_done(shared_from_this(), io_done::operation::shutdown))) co_return;
  times_.arm(stall_, deadline_kind::linger);
  writing_ = true;
  co_await writer_.wait([this] { close(); });
  stall_.unlink();
}

void connection::close() noexcept {
  if (closed_) return;
  closed_ = true;
  stall_.unlink();
  stream_->close();
}

void connection::abandon() noexcept {
  close();
  reader_.abandon();
  writer_.abandon();
}

void connection::watch(watcher& told) {
  watcher_ = &told;
  if (read_error_) return tell_gone();
  start_reading();
}

void connection::tell_gone() {
  if (watcher_ != nullptr)
    watcher_->client_gone(read_error_ == boost::asio::error::eof && !closed_);
}

void connection::stall() {
  stalled_ = true;
  if (writing_) return close();
  interrupt_reading();
}

void connection::done(io_done::operation what, error_code error, std::size_t bytes) {
  if (what == io_done::operation::read) return read_done(error, bytes);
  writing_ = false;
  write_error_ = error;
  written_ = bytes;
  writer_.resume();
}

void connection::read_done(error_code error, std::size_t bytes) {
  reading_ = false;
  input_.commit(
      boost::asio::buffer_copy(input_.prepare(bytes), boost::asio::buffer(incoming_, bytes)));
  const bool cancelled = std::exchange(cancelling_, false);
  if (error && !(cancelled && error == boost::asio::error::operation_aborted)) read_error_ = error;
  if (reader_.occupied()) return reader_.resume();
  if (read_error_) return tell_gone();
  if (watcher_ != nullptr) start_reading();
}

}  // namespace detail
}  // namespace weir::web
