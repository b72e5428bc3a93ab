/// Tells which of many descriptors are ready, through one descriptor that the loop knows.
///
/// Asio keeps a locked record for every descriptor it waits for, makes it non-blocking and rearms
/// it for every wait: six system calls for one that is read once. A level-triggered epoll(7) of our
/// own takes two, and one wake-up of the loop serves all that is ready. It knows nothing of what
/// the descriptors are; readiness is a hint, so a callback must not block. A loop needs only one
/// set: of().
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include <sys/epoll.h>

#include <boost/asio/execution_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <weir/awaitable.hpp>

#include "loop/owned_fd.hpp"

namespace weir {

class poll_set {
 public:
  /// What a descriptor is watched for.
  enum class transfer : std::uint32_t { in = EPOLLIN, out = EPOLLOUT };

  /// What is known about a descriptor that has become ready.
  enum class readiness {
    transferable,  ///< it can be read or written, or is at its end
    ended,         ///< a pipe that is empty and that nobody can write to any more: no need to read
  };

  /// One descriptor, and what is called while it is ready or at its end. A base class.
  class watch {
   public:
    watch() = default;
    watch(const watch&) = delete;
    watch& operator=(const watch&) = delete;
    virtual ~watch() { stop(); }

    /// Takes over the descriptor, closing the previous one; not watched yet.
    void take(owned_fd fd);
    /// The same with a descriptor that somebody else closes, after stop().
    void borrow(int fd) noexcept;
    int fd() const noexcept { return number_; }
    bool is_open() const noexcept { return number_ >= 0; }
    bool is_started() const noexcept { return set_ != nullptr; }

    /// Calls ready from the loop, again and again while it is ready, until stop(). The set must
    /// outlive that. If started already, does nothing.
    /// \throws io_error if the kernel has no room, or (EPERM) the descriptor is always ready, as a
    /// file is.
    void start(poll_set& set, transfer what = transfer::in);
    /// From now on, ready is not called, not even for events already seen.
    void stop() noexcept;
    /// Stops, then closes: a child that has not executed yet still holds what the descriptor refers
    /// to, so closing alone would leave it in the set.
    void close() noexcept;

   private:
    friend class poll_set;
    /// May stop, close or destroy any watch, including this one, and destroy the set.
    virtual void ready(readiness what) = 0;

    owned_fd fd_;
    int number_ = -1;
    poll_set* set_ = nullptr;
  };

  /// The set of the loop, made on first use; lives as long as the loop.
  /// \throws as the constructor.
  static poll_set& of(loop_executor loop);

  /// \throws io_error if no descriptor is left.
  explicit poll_set(loop_executor loop);
  poll_set(const poll_set&) = delete;
  poll_set& operator=(const poll_set&) = delete;
  ~poll_set();

  /// Increases each time that the loop has looked at its descriptors.
  std::uint64_t turn() const noexcept { return turn_; }

 private:
  void add(watch& w, transfer what);
  void remove(watch& w) noexcept;
  void arm();
  void disarm() noexcept;
  void dispatch();

  /// How many callbacks run before the loop looks at other things.
  static constexpr std::size_t batch_size = 32;

  boost::asio::posix::basic_stream_descriptor<loop_executor> gate_;
  std::shared_ptr<unsigned> waits_;  ///< number of the current wait; handlers of others are stale
  std::uint64_t turn_ = 0;
  unsigned watched_ = 0;
  bool armed_ = false;
  bool dispatching_ = false;
  std::array<epoll_event, batch_size> batch_{};
  std::size_t next_ = 0;  ///< in batch_: the first not called yet
  std::size_t end_ = 0;
};

}  // namespace weir
