/// A way to read or write an inherited descriptor that never blocks the loop and changes nothing
/// about it, except the capacity of a pipe that was full.
///
/// O_NONBLOCK belongs to the open file description, which is shared with the shell, with sibling
/// processes and with the jobs: setting it on fd 0, 1 or 2 breaks them (cat: Resource temporarily
/// unavailable), and leaving it unset makes one slow reader stop every timer and signal. So pipes,
/// FIFOs and terminals are opened anew through /proc/self/fd, which gives a description of our own;
/// sockets are asked with MSG_DONTWAIT; regular files never block, and keep the shared offset. If
/// none of this is possible, poll(2) is asked before each transfer of at most PIPE_BUF bytes.
///
/// Waiting goes through the loop's poll_set, not through Asio, which sets O_NONBLOCK on whatever it
/// waits for; and only while someone waits, so that the loop is not woken by a reader that drains a
/// pipe nobody is waiting on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <utility>

#include <sys/types.h>

#include <weir/awaitable.hpp>

#include "loop/completion.hpp"
#include "loop/poll_set.hpp"

namespace weir {

class nonblocking {
 public:
  using direction = poll_set::transfer;
  /// How transfers are kept from blocking.
  enum class way { plain, reopened, socket, polled };

  /// \param fd stays open and is not owned. A closed fd is accepted: transfers fail with EBADF.
  nonblocking(const loop_executor& loop, int fd, direction dir);
  nonblocking(const nonblocking&) = delete;
  nonblocking& operator=(const nonblocking&) = delete;
  ~nonblocking();

  /// As read(2) and write(2), but without EINTR; -1 with EAGAIN if they would have blocked.
  ssize_t read(std::span<char> into) noexcept;
  ssize_t write(std::span<const char> bytes) noexcept;

  /// After read() returned 0: whether a regular file has become shorter meanwhile, so that bytes it
  /// had when this was made were not read.
  bool ended_early() const noexcept;

  /// Moves bytes of a file to this output without copying them through user space.
  /// \returns as write(2); EINVAL if the two kinds of files do not allow it: copy then.
  ssize_t send_file(int from, std::uint64_t offset, std::size_t count) noexcept;

  /// Suspends until a transfer may succeed, or until cancel().
  awaitable<void> ready();
  /// The same for callers that are not coroutines: `then` is called once, from the loop, and never
  /// after cancel() or the destruction of this object. One wait at a time.
  void when_ready(std::function<void()> then);
  /// Ends a wait; a waiting coroutine goes on from the loop.
  void cancel() noexcept;

  way how() const noexcept { return way_; }
  bool is_terminal() const noexcept { return is_terminal_; }

 private:
  struct gate final : poll_set::watch {
    void ready(poll_set::readiness) override {
      stop();
      std::exchange(then, nullptr)();
    }
    std::function<void()> then;
  };

  bool open_anew() noexcept;
  bool polled_ready() const noexcept;
  bool widen() noexcept;
  void widen_after(ssize_t count) noexcept;
  template <typename Call>
  ssize_t widening(Call transfer) noexcept;

  loop_executor loop_;
  int fd_;
  direction direction_;
  way way_ = way::plain;
  bool is_terminal_ = false;
  bool is_regular_ = false;
  off_t size_ = 0;  ///< of a regular file, initially
  bool is_pipe_ = false;
  bool may_widen_ = false;
  gate gate_;                        ///< owns the descriptor if it is our own
  std::shared_ptr<unsigned> waits_;  ///< number of the current wait; handlers of others are stale
  completion ready_;                 ///< for a waiting coroutine
};

}  // namespace weir
