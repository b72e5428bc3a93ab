/// Puts the frame of spawn's coroutine elsewhere than in the memory that Asio keeps for the next
/// coroutine.
///
/// Asio gives the next coroutine the frame of the last one, if it is large enough. The last one is
/// spawn's, and the next one is the body of a job, which may be pending for long, in more than
/// twice the memory it needs.
#pragma once

#include <coroutine>
#include <cstddef>
#include <new>
#include <utility>

#include <boost/asio/awaitable.hpp>

namespace weir::detail {

/// A parameter by which a coroutine asks for such a frame.
struct apart {};

/// Something that Asio awaits, from a frame of a type that Asio does not know.
template <typename Awaited, typename Frame>
struct known_to_asio {
  Awaited awaited;

  bool await_ready() { return awaited.await_ready(); }
  auto await_suspend(std::coroutine_handle<> from) {
    return awaited.await_suspend(std::coroutine_handle<Frame>::from_address(from.address()));
  }
  decltype(auto) await_resume() { return awaited.await_resume(); }
};

template <typename T, typename Executor>
struct frame_apart : boost::asio::detail::awaitable_frame<T, Executor> {
  using frame = boost::asio::detail::awaitable_frame<T, Executor>;

  static void* operator new(std::size_t size) { return ::operator new(size); }
  static void operator delete(void* at) { ::operator delete(at); }

  template <typename Awaited>
  auto await_transform(Awaited&& awaited) {
    auto ready = frame::await_transform(std::forward<Awaited>(awaited));
    return known_to_asio<decltype(ready), frame>{std::move(ready)};
  }
};

}  // namespace weir::detail

template <typename T, typename Executor, typename... Args>
struct std::coroutine_traits<boost::asio::awaitable<T, Executor>, weir::detail::apart, Args...> {
  using promise_type = weir::detail::frame_apart<T, Executor>;
};
