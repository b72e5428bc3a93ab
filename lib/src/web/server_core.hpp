/// A server: its connections and listeners, and how all of it stops.
#pragma once

#include <atomic>
#include <csignal>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <weir/web/listener.hpp>
#include <weir/web/server_options.hpp>

#include "web/app_core.hpp"
#include "web/deadlines.hpp"
#include "web/parking.hpp"
#include "web/stop_signal.hpp"

namespace weir::web::detail {

class session;

/// Shared by the server object and its sessions, which may outlive it. Used on its executor, except
/// for drain() and is_draining().
class server_core : public std::enable_shared_from_this<server_core> {
 public:
  server_core(app& root, server_options options);
  ~server_core();

  void listen(std::unique_ptr<listener> from) { listeners_.push_back(std::move(from)); }
  void drain_on(int signal);
  awaitable<serve_report> serve();
  /// Can be called from any thread.
  void drain();
  /// The server object is being destroyed: drops whatever still waits for the loop.
  void abandon() noexcept;

  const boost::asio::any_io_executor& executor() const noexcept { return executor_; }
  const server_options& options() const noexcept { return options_; }
  app& root() const noexcept { return root_; }
  deadlines& times() noexcept { return times_; }
  const std::shared_ptr<stop_signal>& stop() const noexcept { return stop_; }
  bool is_draining() const noexcept { return stop_->is_set(); }
  serve_report& report() noexcept { return report_; }
  std::size_t session_count() const noexcept { return session_count_; }
  std::size_t request_count() const noexcept;

  void tell(std::string_view message, std::string_view request,
            const std::exception_ptr& exception) const noexcept;
  /// The session's handler has begun: if it has not ended by the next turn of the loop, its client
  /// is watched.
  void began(session& s);
  void ended(session& s) noexcept;

 private:
  awaitable<void> accept_from(listener& from);
  awaitable<bool> accept_one(listener& from, std::exception_ptr& failure);
  awaitable<void> wait_for_room();
  awaitable<void> back_off(std::chrono::nanoseconds& pause);
  void start_session(std::unique_ptr<stream> bytes);
  void watch_begun();
  void wait_for_signal();

  void count_drain();
  void begin_stop();
  awaitable<void> wait_until_drained();
  /// Waits until `over` returns true, but at most for `time`.
  template <typename Over>
  awaitable<void> wait_until(Over over, std::chrono::nanoseconds time);
  awaitable<void> stop_in_order();
  awaitable<void> close_app(app& a);
  awaitable<close_report> close_one(scheduler& jobs,
                                    std::chrono::steady_clock::time_point deadline);
  void close_now(app_schedulers& own);
  void cancel_handlers();
  bool only_atomics_left() const;

  app& root_;
  server_options options_;
  boost::asio::any_io_executor executor_;
  std::shared_ptr<stop_signal> stop_;
  deadlines times_;
  std::vector<std::unique_ptr<listener>> listeners_;
  std::size_t accepting_ = 0;
  parking drained_;
  boost::asio::steady_timer room_, phase_;
  boost::asio::signal_set signals_;
  weir::detail::intrusive_list<weir::detail::list_hook> sessions_, begun_;
  std::size_t session_count_ = 0;
  bool watch_posted_ = false;
  bool serving_ = false;
  bool waits_for_signal_ = false;
  app_schedulers* closing_ = nullptr;  ///< the ones being waited for
  int drains_ = 0;
  serve_report report_;
};

}  // namespace weir::web::detail
