#include "batch/stream_source.hpp"

#include <cerrno>
#include <utility>

#include <unistd.h>

#include <weir/error.hpp>

#include "loop/shortened_file.hpp"

namespace weir {

namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} << 10;

}  // namespace

stream_source::stream_source(const loop_executor& loop, int fd, std::string name,
                             std::shared_ptr<stream_parser> parser)
    : fd_(fd),
      owned_(fd == STDIN_FILENO ? -1 : fd),
      input_(loop, fd, nonblocking::direction::in),
      name_(std::move(name)),
      parser_(std::move(parser)),
      buffer_(buffer_bytes) {}

awaitable<std::optional<job_spec>> stream_source::next() {
  for (bool more = true; !closed_;) {
    if (auto job = parser_->next()) co_return job;
    if (const auto rest = parser_->left_over()) {
      give_back(*rest);
      break;
    }
    if (!more) break;
    more = co_await fill();
  }
  co_return std::nullopt;
}

/// \returns false at the end of the file.
awaitable<bool> stream_source::fill() {
  while (!closed_) {
    const ssize_t count = input_.read(buffer_);
    if (count > 0) parser_->feed({buffer_.data(), static_cast<std::size_t>(count)});
    if (count == 0 && input_.ended_early()) throw shortened_file(name_);
    if (count == 0) parser_->finish();
    if (count >= 0) co_return count > 0;
    if (errno != EAGAIN && errno != EWOULDBLOCK) throw io_error(errno, name_);
    co_await input_.ready();
  }
  co_return false;
}

/// POSIX, Utility Description Defaults, INPUT FILES: if a file can be positioned, its offset must
/// be left just after the last byte used, so that the next reader gets the rest.
void stream_source::give_back(std::size_t bytes) noexcept {
  if (bytes > 0) ::lseek(fd_, -static_cast<off_t>(bytes), SEEK_CUR);
}

void stream_source::close() {
  closed_ = true;
  input_.cancel();
}

}  // namespace weir
