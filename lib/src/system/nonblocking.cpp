#include "system/nonblocking.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <boost/asio/append.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <weir/error.hpp>

namespace weir::system {

namespace {

namespace asio = boost::asio;

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
    : fd_(fd), direction_(dir), waits_(std::make_shared<unsigned>(0)), gate_(loop) {
  struct stat about {};
  if (::fstat(fd, &about) != 0) return;
  is_regular_ = S_ISREG(about.st_mode);
  is_pipe_ = S_ISFIFO(about.st_mode);
  is_terminal_ = S_ISCHR(about.st_mode) && ::isatty(fd) == 1;
  if (S_ISSOCK(about.st_mode))
    way_ = way::socket;
  else if (is_master_of_terminal(about))
    way_ = way::polled;
  else if (is_pipe_ || is_terminal_)
    way_ = open_anew() ? way::reopened : way::polled;
  else if (S_ISCHR(about.st_mode) && major(about.st_rdev) != memory_devices)
    way_ = way::polled;
  if (way_ != way::plain) open_gate();
}

nonblocking::~nonblocking() {
  cancel();
}

bool nonblocking::open_anew() noexcept {
  char path[32];
  std::snprintf(path, sizeof path, "/proc/self/fd/%d", fd_);
  const int access = direction_ == direction::in ? O_RDONLY : O_WRONLY;
  const int opened =
      retry([&] { return ::open(path, access | O_NONBLOCK | O_CLOEXEC | O_NOCTTY); });
  if (opened < 0) return false;
  own_ = owned_fd(opened);
  // In a container the name of a terminal may lead to another one.
  struct stat before {};
  struct stat after {};
  if (::fstat(fd_, &before) != 0 || ::fstat(opened, &after) != 0 || !same_object(before, after)) {
    own_ = owned_fd();
    return false;
  }
  fd_ = opened;
  return true;
}

void nonblocking::open_gate() {
  const int gate = ::epoll_create1(EPOLL_CLOEXEC);
  if (gate < 0) throw io_error(errno, "epoll_create1");
  boost::system::error_code failed;
  gate_.assign(gate, failed);
  if (failed) {
    ::close(gate);
    throw io_error(failed.value(), "epoll_ctl");
  }
}

bool nonblocking::polled_ready() const noexcept {
  pollfd one{fd_, static_cast<short>(direction_ == direction::in ? POLLIN : POLLOUT), 0};
  const bool ready = retry([&] { return ::poll(&one, 1, 0); }) > 0;
  if (!ready) errno = EAGAIN;
  return ready;
}

ssize_t nonblocking::read(std::span<char> into) noexcept {
  if (way_ == way::socket)
    return retry([&] { return ::recv(fd_, into.data(), into.size(), MSG_DONTWAIT); });
  if (way_ == way::polled && !polled_ready()) return -1;
  return retry([&] { return ::read(fd_, into.data(), into.size()); });
}

ssize_t nonblocking::write(std::span<const char> bytes) noexcept {
  if (way_ == way::socket)
    return retry(
        [&] { return ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL); });
  if (way_ == way::polled) {
    if (!polled_ready()) return -1;
    bytes = bytes.first(std::min<std::size_t>(bytes.size(), PIPE_BUF));
  }
  return retry([&] { return ::write(fd_, bytes.data(), bytes.size()); });
}

ssize_t nonblocking::send_file(int from, std::uint64_t offset, std::size_t count) noexcept {
  auto at = static_cast<off_t>(offset);
  if (is_pipe_ && way_ == way::reopened)
    return retry([&] { return ::splice(from, &at, fd_, nullptr, count, SPLICE_F_NONBLOCK); });
  if (is_regular_) return retry([&] { return ::sendfile(fd_, from, &at, count); });
  errno = EINVAL;
  return -1;
}

bool nonblocking::arm() noexcept {
  if (!gate_.is_open()) return false;
  if (armed_) return true;
  epoll_event wanted{};
  wanted.events = direction_ == direction::in ? EPOLLIN : EPOLLOUT;
  armed_ = ::epoll_ctl(gate_.native_handle(), EPOLL_CTL_ADD, fd_, &wanted) == 0;
  return armed_;  // EPERM: a kind of file that is always ready
}

void nonblocking::disarm() noexcept {
  if (!std::exchange(armed_, false)) return;
  epoll_event unused{};
  ::epoll_ctl(gate_.native_handle(), EPOLL_CTL_DEL, fd_, &unused);
}

awaitable<void> nonblocking::ready() {
  if (!arm()) co_return;
  boost::system::error_code ignored;
  co_await gate_.async_wait(asio::posix::descriptor_base::wait_read,
                            asio::redirect_error(asio::use_awaitable_t<loop_executor>(), ignored));
  disarm();  // not in a guard: a frame that the loop destroys at its end may outlive this object
}

void nonblocking::when_ready(std::function<void()> then) {
  auto go_on = [this, then = std::move(then), waits = waits_,
                mine = ++*waits_](const boost::system::error_code&) {
    if (*waits != mine) return;  // this object may be gone
    disarm();
    then();
  };
  if (arm())
    gate_.async_wait(asio::posix::descriptor_base::wait_read, std::move(go_on));
  else
    asio::post(gate_.get_executor(), asio::append(std::move(go_on), boost::system::error_code()));
}

void nonblocking::cancel() noexcept {
  ++*waits_;
  disarm();
  boost::system::error_code ignored;
  if (gate_.is_open()) gate_.cancel(ignored);
}

}  // namespace weir::system
