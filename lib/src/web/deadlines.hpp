/// The deadlines of all connections. Each kind has one duration, so its list is sorted by time:
/// arming and disarming are O(1), and one timer serves all of them.
#pragma once

#include <array>
#include <chrono>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <weir/detail/intrusive_list.hpp>

namespace weir::web::detail {

enum class deadline_kind { head, idle, request, stall, linger };
inline constexpr std::size_t deadline_kinds = 5;

struct deadline : weir::detail::list_hook {
  deadline(void* its_owner, void (*call)(void*, deadline_kind)) : owner(its_owner), expired(call) {}
  ~deadline() { unlink(); }

  void* owner;
  void (*expired)(void*, deadline_kind);
  std::chrono::steady_clock::time_point due;
  deadline_kind kind = deadline_kind::head;
};

class deadlines {
 public:
  using durations = std::array<std::chrono::nanoseconds, deadline_kinds>;
  deadlines(const boost::asio::any_io_executor& executor, const durations& after);

  /// Calls d.expired from the loop after the kind's duration, instead of what d was armed for
  /// before.
  void arm(deadline& d, deadline_kind kind);
  /// Stops waiting, so that the loop can end.
  void stop();

 private:
  using time_point = std::chrono::steady_clock::time_point;
  time_point earliest() const;
  void wait_until(time_point due);
  void expire();

  durations after_;
  std::array<weir::detail::intrusive_list<deadline>, deadline_kinds> lists_;
  boost::asio::steady_timer timer_;
  time_point armed_ = time_point::max();
  std::shared_ptr<deadlines*> self_;  ///< the timer's handler has a weak reference to it
};

}  // namespace weir::web::detail
