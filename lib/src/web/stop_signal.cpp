// Timers that a stop cuts short.
#include "web/stop_signal.hpp"

#include <algorithm>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "web/aborted.hpp"

namespace weir::web::detail {

void stop_signal::set() {
  set_ = true;
  while (sleeper* const s = sleepers_.pop_front()) s->timer.cancel();
}

awaitable<bool> stop_signal::sleep(std::chrono::nanoseconds time) {
  if (is_set()) co_return false;
  const boost::asio::any_io_executor here = co_await boost::asio::this_coro::executor;
  const auto after = std::min<std::chrono::nanoseconds>(time, std::chrono::hours(24 * 36500));
  sleeper s(boost::asio::steady_timer(here, after));
  sleepers_.push_back(s);
  boost::system::error_code error;
  co_await s.timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, error));
  if (!error) co_return true;
  if (!is_set()) throw_aborted("sleep");
  co_return false;
}

}  // namespace weir::web::detail
