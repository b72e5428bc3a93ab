/// One coroutine that waits here until a callback resumes it.
#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <weir/detail/parking.hpp>

#include <weir/web/http.hpp>

namespace weir::web::detail {

class parking {
 public:
  explicit parking(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

  /// co_await it. If the coroutine is cancelled, `on_cancel` decides: it calls leave(), or arranges
  /// for resume() to be called later.
  template <typename OnCancel>
  auto wait(OnCancel on_cancel) {
    return weir::detail::park(waiter_, std::move(on_cancel));
  }
  bool occupied() const noexcept { return static_cast<bool>(waiter_.parked); }
  /// Resumes the waiting coroutine immediately: call it from a completion handler.
  void resume() {
    if (occupied()) waiter_.parked();
  }
  /// Resumes the waiting coroutine in a later turn of the loop: call it from anywhere.
  void leave() {
    if (occupied()) boost::asio::post(executor_, std::move(waiter_.parked));
  }
  /// Drops the waiting coroutine.
  void abandon() noexcept { const weir::detail::resumption dropped = std::move(waiter_.parked); }

 private:
  boost::asio::any_io_executor executor_;
  weir::detail::waiter waiter_;
};

}  // namespace weir::web::detail
