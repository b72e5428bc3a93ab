/// What handlers of the tests wait at.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "served.hpp"

namespace weir::web::test {

/// Opened by the test, passed on the server's thread.
class gate {
 public:
  awaitable<void> pass() {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    ++waiting;
    while (!open_) {
      timer.expires_after(std::chrono::milliseconds(1));
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
  }
  void open() { open_ = true; }
  std::atomic<int> waiting{0};  ///< how many have come so far

 private:
  std::atomic<bool> open_{false};
};

/// \returns false when it takes too long.
inline bool comes_true(const std::function<bool()>& predicate) {
  const auto deadline = std::chrono::steady_clock::now() + too_long;
  while (!predicate() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  return predicate();
}

}  // namespace weir::web::test
