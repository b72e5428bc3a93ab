#include "files/line_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <weir/error.hpp>

#include "loop/shortened_file.hpp"
#include "text/size.hpp"
#include "text/utf8.hpp"

namespace weir {

namespace {

constexpr std::size_t usual_capacity = 64 * 1024;

/// \returns the position of the text in [from, to) of `base`; `to` if it is not there.
std::size_t find(const char* base, std::size_t from, std::size_t to, std::string_view wanted) {
  if (from == to) return to;
  const void* const hit = wanted.size() == 1
                              ? std::memchr(base + from, wanted.front(), to - from)
                              : ::memmem(base + from, to - from, wanted.data(), wanted.size());
  return hit == nullptr ? to : static_cast<std::size_t>(static_cast<const char*>(hit) - base);
}

}  // namespace

line_reader::line_reader(const loop_executor& loop, int fd, std::string name, line_format format)
    : input_(loop, fd, nonblocking::direction::in),
      name_(std::move(name)),
      format_(std::move(format)) {}

line_reader::line_reader(const loop_executor& loop, owned_fd fd, std::string name,
                         line_format format)
    : owned_(std::move(fd)),
      input_(loop, owned_.value(), nonblocking::direction::in),
      name_(std::move(name)),
      format_(std::move(format)) {}

std::optional<std::string_view> line_reader::try_next() {
  if (closed_) return std::nullopt;
  const std::size_t at = find(buffer_.get(), scanned_, end_, format_.delimiter);
  const std::size_t width = format_.delimiter.size();
  if (at < end_) return give(at - begin_, at - begin_ + width);
  scanned_ = std::max(scanned_, end_ - std::min(end_, width - 1));  // its first bytes may be here
  if (at_eof_ && begin_ < end_) return give(end_ - begin_, end_ - begin_);
  if (end_ - begin_ > format_.max_line)
    refuse("line longer than " + size_for_people(format_.max_line));
  return std::nullopt;
}

std::string_view line_reader::give(std::size_t length, std::size_t consumed) {
  if (length > format_.max_line) refuse("line longer than " + size_for_people(format_.max_line));
  if (nul_ < begin_ + length) refuse("NUL byte in a line (is the input NUL-delimited?)");
  const std::string_view line(buffer_.get() + begin_, length);
  begin_ += consumed;
  scanned_ = begin_;
  ++line_number_;
  if (ends_lines_by('\n') && line.ends_with('\r')) saw_cr_ = true;
  return line;
}

void line_reader::refuse(const std::string& why) const {
  throw usage_error(fmt::format("{}:{}: {}", name_, line_number_ + 1, why));
}

awaitable<bool> line_reader::fill() {
  if (closed_ || at_eof_) co_return false;
  make_room();
  if (!has_room()) co_return true;  // lines have not been taken
  woken_ = false;
  for (;;) {
    const ssize_t count = input_.read({buffer_.get() + end_, capacity_ - end_});
    if (count == 0 && input_.ended_early()) throw shortened_file(name_);
    if (count >= 0) {
      take(static_cast<std::size_t>(count));
      co_return count > 0 || begin_ < end_;
    }
    if (errno != EAGAIN && errno != EWOULDBLOCK) throw io_error(errno, name_);
    co_await input_.ready();
    if (closed_) co_return false;
    if (woken_) co_return true;
  }
}

void line_reader::take(std::size_t count) noexcept {
  if (count == 0) at_eof_ = true;
  const std::size_t from = std::exchange(end_, end_ + count);
  if (at_start_) skip_byte_order_mark();
  if (ends_lines_by('\0') || nul_ != none) return;
  const std::size_t at = find(buffer_.get(), from, end_, {"", 1});
  if (at < end_) nul_ = at;
}

void line_reader::skip_byte_order_mark() noexcept {
  const std::string_view text(buffer_.get() + begin_, end_ - begin_);
  at_start_ = text.size() < 3 && line_number_ == 0;
  if (line_number_ > 0) return;
  begin_ += text.size() - without_byte_order_mark(text).size();
  scanned_ = begin_;
}

/// Moves what is left to the front: into a larger buffer if a line fills this one, and back into
/// one of the usual size once a long line is over.
void line_reader::make_room() {
  const std::size_t left = end_ - begin_;
  std::size_t wanted = std::max(capacity_, usual_capacity);
  if (left == capacity_) wanted = std::max(2 * capacity_, usual_capacity);
  if (left < usual_capacity / 2) wanted = usual_capacity;
  wanted = std::max(std::min(wanted, format_.max_line + 1), std::min(usual_capacity, wanted));
  if (wanted != capacity_) {
    std::unique_ptr<char[]> next(new char[wanted]);
    if (left > 0) std::memcpy(next.get(), buffer_.get() + begin_, left);
    buffer_ = std::move(next);
    capacity_ = wanted;
  } else if (begin_ > 0 && left > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, left);
  }
  if (nul_ != none) nul_ -= begin_;
  scanned_ -= begin_;
  end_ = left;
  begin_ = 0;
}

void line_reader::wake() noexcept {
  woken_ = true;
  input_.cancel();
}

void line_reader::close() noexcept {
  closed_ = true;
  input_.cancel();
}

}  // namespace weir
