/// Tells those who wait for it that the server is being stopped.
#pragma once

#include <atomic>
#include <chrono>

#include <boost/asio/steady_timer.hpp>
#include <weir/detail/intrusive_list.hpp>
#include <weir/web/http.hpp>

namespace weir::web::detail {

/// Shared by a server and all that may outlive it. On the server's executor, is_set excepted.
class stop_signal {
 public:
  bool is_set() const noexcept { return set_.load(std::memory_order_relaxed); }
  void set();
  /// Waits for it, at most so long. \returns whether the time was over first.
  /// \throws operation_aborted when cancelled.
  awaitable<bool> sleep(std::chrono::nanoseconds time);

 private:
  struct sleeper : weir::detail::list_hook {
    explicit sleeper(boost::asio::steady_timer t) : timer(std::move(t)) {}
    ~sleeper() { unlink(); }
    boost::asio::steady_timer timer;
  };
  weir::detail::intrusive_list<sleeper> sleepers_;
  std::atomic<bool> set_{false};
};

}  // namespace weir::web::detail
