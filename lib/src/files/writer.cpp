#include "files/writer.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <boost/asio/post.hpp>

namespace weir {

namespace {

namespace asio = boost::asio;

constexpr std::size_t direct_size = 16 * 1024;  // bytes from which gathering costs more than a call
constexpr std::size_t gather_size = 64 * 1024;  // what a pipe takes at once
constexpr std::size_t gathered_pieces = 64;     // the same for small parts of files
constexpr std::size_t chunk_size = 256 * 1024;  // longest string that small writes are joined into
constexpr std::size_t file_step = 1024 * 1024;  // bytes of a file in one call
constexpr std::uint64_t turn_budget = 4U << 20;  // bytes of files per turn of the loop

bool would_block(int error) noexcept {
  return error == EAGAIN || error == EWOULDBLOCK;
}

bool not_supported(int error) noexcept {
  return error == EINVAL || error == ENOSYS || error == ESPIPE;
}

}  // namespace

writer::writer(const loop_executor& loop, int fd, std::string name, int broken)
    : loop_(loop),
      output_(loop, fd, nonblocking::direction::out),
      name_(std::move(name)),
      broken_(broken),
      alive_(std::make_shared<bool>(true)) {}

writer::~writer() {
  *alive_ = false;
}

bool writer::has_failed() {
  if (broken_ != 0 && error_ == 0) fail(io_error(broken_, name_));
  return error_ != 0;
}

flow writer::write(std::span<const char> bytes) {
  taken_ += bytes.size();
  if (bytes.empty() || has_failed()) return flow::more;
  if (!blocked_ && footer_ == nullptr && bytes.size() >= direct_size) {
    transfer_queue();
    if (!blocked_ && error_ == 0) {
      bytes = bytes.subspan(write_some(bytes));
    }
  }
  if (bytes.empty() || error_ != 0) return flow::more;
  queue_bytes(bytes);
  if (!blocked_ && queued_memory_ >= gather_size) transfer_queue();
  if (!blocked_) flush_at_end_of_turn();
  return blocked_ ? flow::wait : flow::more;
}

flow writer::write(std::string&& bytes) {
  if (bytes.size() < direct_size) return write(std::span<const char>(bytes));
  taken_ += bytes.size();
  if (has_failed()) return flow::more;
  queued_memory_ += bytes.size();
  queue_.push_back({std::move(bytes), 0, {}});
  if (!blocked_) transfer_queue();
  return blocked_ ? flow::wait : flow::more;
}

flow writer::send(file_range range) {
  if (range.length == 0) return flow::more;
  taken_ += range.length;
  if (has_failed()) {
    range.file->release(range.offset, range.length);
    return flow::more;
  }
  file_range* last = queue_.empty() ? nullptr : &queue_.back().range;
  if (last != nullptr && last->file == range.file && last->offset + last->length == range.offset)
    last->length += range.length;
  else
    queue_.push_back({{}, 0, std::move(range)});
  if (blocked_) return flow::wait;
  // Small adjacent parts are combined, as small writes are.
  if (queue_.back().range.length >= direct_size || queue_.size() >= gathered_pieces)
    transfer_queue();
  else
    flush_at_end_of_turn();
  return blocked_ ? flow::wait : flow::more;
}

void writer::queue_bytes(std::span<const char> bytes) {
  queued_memory_ += bytes.size();
  const bool joins = !queue_.empty() && !queue_.back().range.file &&
                     queue_.back().bytes.size() + bytes.size() <= chunk_size;
  if (!joins) queue_.emplace_back();
  queue_.back().bytes.append(bytes.data(), bytes.size());
}

void writer::flush_at_end_of_turn() {
  if (queue_.empty() || std::exchange(flush_posted_, true)) return;
  asio::post(loop_, [this, alive = alive_] {
    if (!*alive) return;
    flush_posted_ = false;
    flush();
  });
}

void writer::flush() {
  if (!blocked_) transfer_queue();
}

awaitable<void> writer::drain() {
  flush();
  while (!queue_.empty()) {
    emptied_.reset();
    co_await emptied_.wait([this] { emptied_.complete(); });
  }
}

void writer::transfer_queue() {
  if (queue_.empty() && ornament_.empty()) return;
  if (footer_ != nullptr) transfer_above_footer();
  while (!queue_.empty() && !blocked_) {
    transfer(queue_.front());
    if (error_ == 0 && !blocked_) queue_.pop_front();
  }
  if (!blocked_) sent_this_turn_ = 0;
  if (!queue_.empty()) return;
  copy_buffer_ = {};
  emptied_.complete();
}

/// Goes on until all of it is written, or the output blocks or fails (the queue is then gone).
void writer::transfer(chunk& front) {
  if (front.range.file) return transfer_file(front.range);
  const auto left = std::span<const char>(front.bytes).subspan(front.done);
  const std::size_t count = write_some(left);
  if (error_ != 0) return;
  front.done += count;
  queued_memory_ -= count;
}

void writer::transfer_file(file_range& range) {
  while (range.length > 0 && !blocked_) {
    if (sent_this_turn_ >= turn_budget) return go_on_next_turn();
    const std::uint64_t count = copy_from_file(range);
    if (error_ != 0) return;
    range.file->release(range.offset, count);
    range.offset += count;
    range.length -= count;
    sent_this_turn_ += count;
  }
}

std::uint64_t writer::copy_from_file(const file_range& range) {
  const std::size_t step = std::min<std::uint64_t>(range.length, file_step);
  if (may_send_file_ && range.file->may_splice()) {
    const ssize_t count = output_.send_file(range.file->fd(), range.offset, step);
    if (count > 0) return sent_ += static_cast<std::uint64_t>(count), count;
    if (count < 0 && would_block(errno)) return wait_until_ready(), 0;
    if (count < 0 && !not_supported(errno)) return fail(io_error(errno, name_)), 0;
    may_send_file_ = false;
  }
  try {
    copy_buffer_.resize(gather_size);
    const auto part = std::span(copy_buffer_).first(std::min(step, gather_size));
    const std::size_t count = range.file->read(range.offset, part);
    if (count == 0) throw io_error(EIO, "temporary file in " + range.file->place());
    return write_some(part.first(count));
  } catch (const io_error& error) {
    fail(error);
    return 0;
  }
}

/// \returns how many bytes were written; fewer than given: the output blocks, or has failed.
std::size_t writer::write_some(std::span<const char> bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = output_.write(bytes.subspan(done));
    if (count >= 0) {
      done += static_cast<std::size_t>(count);
      sent_ += static_cast<std::size_t>(count);
      if (count > 0) at_line_start_ = bytes[done - 1] == '\n';
      continue;
    }
    if (would_block(errno))
      wait_until_ready();
    else
      fail(io_error(errno, name_));  // bytes may be gone with the queue
    break;
  }
  return done;
}

void writer::wait_until_ready() {
  blocked_ = true;
  output_.when_ready([this] { unblock(); });
}

void writer::go_on_next_turn() {
  blocked_ = true;
  sent_this_turn_ = 0;
  asio::post(loop_, [this, alive = alive_] {
    if (*alive) unblock();
  });
}

void writer::unblock() {
  blocked_ = false;
  transfer_queue();
  if (advanced) advanced();
}

void writer::drop_queue() {
  for (const chunk& waiting : queue_)
    if (waiting.range.file) waiting.range.file->release(waiting.range.offset, waiting.range.length);
  queue_.clear();
  queued_memory_ = 0;
  emptied_.complete();
}

void writer::fail(const io_error& error) {
  error_ = error.code().value();
  drop_queue();
  asio::post(loop_, [this, alive = alive_, error] {
    if (*alive && failed) failed(error);
  });
}

}  // namespace weir
