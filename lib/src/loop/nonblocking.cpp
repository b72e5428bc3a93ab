#include "loop/nonblocking.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <weir/error.hpp>

#include "loop/ending.hpp"
#include "loop/few_descriptors.hpp"

namespace weir {

namespace {

namespace asio = boost::asio;

/// For a pipe that has been full, in bytes: the most that an ordinary user may request (pipe(7)). A
/// reader that is woken for 64 KiB at a time takes 1.4 GB/s from a file here, with this 4 to 6
/// GB/s.
constexpr int widest_pipe = 1 << 20;
constexpr int narrow_pipe = 64 << 10;  // the default size

constexpr unsigned memory_devices = 1;  // major number of null, zero, full, random

/// /dev/ptmx: opening it again makes another terminal.
bool is_master_of_terminal(const struct stat& about) {
  return S_ISCHR(about.st_mode) && about.st_rdev == makedev(5, 2);
}

template <typename Call>
auto retry(Call call) noexcept {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

bool same_object(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_rdev == b.st_rdev;
}

}  // namespace

nonblocking::nonblocking(const loop_executor& loop, int fd, direction dir)
    : loop_(loop), fd_(fd), direction_(dir), waits_(std::make_shared<unsigned>(0)) {
  struct stat about {};
  if (::fstat(fd, &about) != 0) return;
  is_regular_ = S_ISREG(about.st_mode);
  if (is_regular_) size_ = about.st_size;
  is_pipe_ = S_ISFIFO(about.st_mode);
  is_terminal_ = S_ISCHR(about.st_mode) && ::isatty(fd) == 1;
  if (S_ISSOCK(about.st_mode))
    way_ = way::socket;
  else if (is_master_of_terminal(about))
    way_ = way::polled;
  else if (is_pipe_ || is_terminal_)
    way_ = !descriptors_are_few() && open_anew() ? way::reopened : way::polled;
  else if (S_ISCHR(about.st_mode) && major(about.st_rdev) != memory_devices)
    way_ = way::polled;
  if (way_ != way::plain && way_ != way::reopened) gate_.borrow(fd);
  may_widen_ = is_pipe_ && way_ == way::reopened;
}

nonblocking::~nonblocking() {
  cancel();
}

/// The sizes of files in sysfs(5) are larger than what can be read: so the size must have changed.
bool nonblocking::ended_early() const noexcept {
  if (!is_regular_ || ::lseek(fd_, 0, SEEK_CUR) >= size_) return false;
  struct stat now {};
  return ::fstat(fd_, &now) == 0 && now.st_size < size_;
}

bool nonblocking::open_anew() noexcept {
  char path[32];
  std::snprintf(path, sizeof path, "/proc/self/fd/%d", fd_);
  const int access = direction_ == direction::in ? O_RDONLY : O_WRONLY;
  owned_fd opened(retry([&] { return ::open(path, access | O_NONBLOCK | O_CLOEXEC | O_NOCTTY); }));
  if (!opened) return false;
  // In a container the name of a terminal may lead to another one.
  struct stat before {};
  struct stat after {};
  if (::fstat(fd_, &before) != 0 || ::fstat(opened.value(), &after) != 0 ||
      !same_object(before, after))
    return false;
  fd_ = opened.value();
  gate_.take(std::move(opened));
  return true;
}

bool nonblocking::polled_ready() const noexcept {
  pollfd one{fd_, static_cast<short>(direction_ == direction::in ? POLLIN : POLLOUT), 0};
  const bool ready = retry([&] { return ::poll(&one, 1, 0); }) > 0;
  if (!ready) errno = EAGAIN;
  return ready;
}

/// Done once, when the pipe is full. Refused beyond the user's quota of pipes: the size then stays
/// as it is.
bool nonblocking::widen() noexcept {
  if (!std::exchange(may_widen_, false)) return false;
  const bool narrow = ::fcntl(fd_, F_GETPIPE_SZ) < widest_pipe;
  const bool done = narrow && ::fcntl(fd_, F_SETPIPE_SZ, widest_pipe) >= widest_pipe;
  errno = EAGAIN;
  return done;
}

/// Tries again if the pipe was full and could be widened.
template <typename Call>
ssize_t nonblocking::widening(Call transfer) noexcept {
  const ssize_t count = retry(transfer);
  return count < 0 && errno == EAGAIN && widen() ? retry(transfer) : count;
}

/// If a pipe was full, its writer is waiting, and takes turns with its reader.
void nonblocking::widen_after(ssize_t count) noexcept {
  if (may_widen_ && count >= narrow_pipe) widen();
}

ssize_t nonblocking::read(std::span<char> into) noexcept {
  if (way_ == way::socket)
    return retry([&] { return ::recv(fd_, into.data(), into.size(), MSG_DONTWAIT); });
  if (way_ == way::polled && !polled_ready()) return -1;
  const ssize_t count = retry([&] { return ::read(fd_, into.data(), into.size()); });
  // A terminal has stopped us in the background until a signal came to end us, and is read no more.
  if (count < 0 && errno == EIO && is_terminal_ && is_ending()) errno = EAGAIN;
  widen_after(count);
  return count;
}

ssize_t nonblocking::write(std::span<const char> bytes) noexcept {
  if (way_ == way::socket)
    return retry(
        [&] { return ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL); });
  if (way_ == way::polled) {
    if (!polled_ready()) return -1;
    bytes = bytes.first(std::min<std::size_t>(bytes.size(), PIPE_BUF));
  }
  return widening([&] { return ::write(fd_, bytes.data(), bytes.size()); });
}

ssize_t nonblocking::send_file(int from, std::uint64_t offset, std::size_t count) noexcept {
  auto at = static_cast<off_t>(offset);
  if (is_pipe_ && way_ == way::reopened)
    return widening([&] { return ::splice(from, &at, fd_, nullptr, count, SPLICE_F_NONBLOCK); });
  if (is_regular_) return retry([&] { return ::sendfile(fd_, from, &at, count); });
  errno = EINVAL;
  return -1;
}

awaitable<void> nonblocking::ready() {
  ready_.reset();
  when_ready([this] { ready_.complete(); });
  co_await ready_.wait([this] { ready_.complete(); });
}

void nonblocking::when_ready(std::function<void()> then) {
  if (gate_.is_open()) {
    try {
      gate_.start(poll_set::of(loop_), direction_);
      gate_.then = std::move(then);
      return;
    } catch (const io_error&) {
      // A kind of file that is always ready.
    }
  }
  asio::post(loop_, [then = std::move(then), waits = waits_, mine = ++*waits_] {
    if (*waits == mine) then();  // otherwise it was cancelled, and may be gone
  });
}

void nonblocking::cancel() noexcept {
  ++*waits_;
  gate_.stop();
  ready_.complete();
}

}  // namespace weir
