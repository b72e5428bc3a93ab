#include "loop/poll_set.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <weir/error.hpp>

namespace weir {

namespace {

/// Asio's way to have one instance per loop.
struct set_of_loop final : boost::asio::execution_context::service {
  static inline boost::asio::execution_context::id id;
  explicit set_of_loop(boost::asio::io_context& loop) : service(loop), set(loop.get_executor()) {}
  void shutdown() override {}

  poll_set set;
};

}  // namespace

poll_set& poll_set::of(loop_executor loop) {
  return boost::asio::use_service<set_of_loop>(loop.context()).set;
}

void poll_set::watch::take(owned_fd fd) {
  close();
  fd_ = std::move(fd);
  number_ = fd_.value();
}

void poll_set::watch::borrow(int fd) noexcept {
  close();
  number_ = fd;
}

void poll_set::watch::start(poll_set& set, transfer what) {
  if (set_ != nullptr) return;
  set.add(*this, what);
  set_ = &set;
}

void poll_set::watch::stop() noexcept {
  if (poll_set* const set = std::exchange(set_, nullptr)) set->remove(*this);
}

void poll_set::watch::close() noexcept {
  stop();
  number_ = -1;
  const owned_fd closed = std::move(fd_);
}

poll_set::poll_set(loop_executor loop) : gate_(loop), waits_(std::make_shared<unsigned>(0)) {
  owned_fd set(::epoll_create1(EPOLL_CLOEXEC));
  if (!set) throw io_error(errno, "epoll_create1");
  boost::system::error_code failed;
  gate_.assign(set.value(), failed);
  if (failed) throw io_error(failed.value(), "epoll_ctl");
  set.release();
}

poll_set::~poll_set() {
  disarm();
}

void poll_set::add(watch& w, transfer what) {
  epoll_event wanted{};
  wanted.events = static_cast<std::uint32_t>(what);
  wanted.data.ptr = &w;
  if (::epoll_ctl(gate_.native_handle(), EPOLL_CTL_ADD, w.fd(), &wanted) != 0)
    throw io_error(errno, "epoll_ctl");
  ++watched_;
  arm();
}

void poll_set::remove(watch& w) noexcept {
  epoll_event unused{};
  ::epoll_ctl(gate_.native_handle(), EPOLL_CTL_DEL, w.fd(), &unused);
  for (std::size_t i = next_; i < end_; ++i)
    if (batch_[i].data.ptr == &w) batch_[i].data.ptr = nullptr;
  // Waiting for nothing would keep the loop from ending.
  if (--watched_ == 0 && armed_) disarm();
}

void poll_set::arm() {
  if (armed_ || dispatching_ || watched_ == 0) return;
  armed_ = true;
  gate_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                   [this, waits = waits_, mine = ++*waits_](const boost::system::error_code&) {
                     if (*waits != mine) return;  // this object may be gone
                     armed_ = false;
                     dispatch();
                   });
}

void poll_set::disarm() noexcept {
  ++*waits_;
  armed_ = false;
  boost::system::error_code ignored;
  gate_.cancel(ignored);
}

void poll_set::dispatch() {
  ++turn_;
  const auto waits = waits_;
  const unsigned mine = *waits;
  int count = -1;
  do count = ::epoll_wait(gate_.native_handle(), batch_.data(), static_cast<int>(batch_.size()), 0);
  while (count < 0 && errno == EINTR);
  end_ = static_cast<std::size_t>(std::max(count, 0));
  dispatching_ = true;
  while (next_ < end_) {
    const epoll_event& event = batch_[next_++];
    auto* const w = static_cast<watch*>(event.data.ptr);
    if (w == nullptr) continue;
    w->ready((event.events & (EPOLLIN | EPOLLHUP)) == EPOLLHUP ? readiness::ended
                                                               : readiness::transferable);
    if (*waits != mine) return;  // destroyed by the callback
  }
  dispatching_ = false;
  next_ = end_ = 0;
  arm();
}

}  // namespace weir
