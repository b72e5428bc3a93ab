/// Tells waiting coroutines that the server has been asked to stop.
#pragma once

#include <atomic>
#include <chrono>

#include <boost/asio/steady_timer.hpp>
#include <weir/detail/intrusive_list.hpp>
#include <weir/web/http.hpp>

namespace weir::web::detail {

/// Shared by a server and everything that may outlive it. On the server's executor, except
/// is_set().
class stop_signal {
 public:
  bool is_set() const noexcept { return set_.load(std::memory_order_relaxed); }
  void set();
  /// Waits for the stop, but at most for `time`.
  /// \returns whether the time was over first.
  /// \throws operation_aborted if cancelled.
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
