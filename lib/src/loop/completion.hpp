/// One coroutine that waits for one thing to be done: the only way to suspend above core.
///
/// It stores a handler of any type, called once. Asio 1.81 has no any_completion_handler yet; a
/// timer that never expires costs more, and 1.81's channel wedges after a cancelled receive.
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <weir/awaitable.hpp>

namespace weir {

class completion {
 public:
  /// Suspends until complete(); returns at once if that has been called already. `cancelled` is
  /// called, at most once, when the waiting coroutine is cancelled; waiting goes on.
  template <typename Cancelled>
  awaitable<> wait(Cancelled cancelled) {
    if (done_) co_return;
    co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<loop_executor>&,
                                         void()>(
        [this, &cancelled](auto handler) {
          auto slot = boost::asio::get_associated_cancellation_slot(handler);
          if (slot.is_connected())
            slot.assign([&cancelled](boost::asio::cancellation_type) { cancelled(); });
          waiting_ = std::make_unique<stored<decltype(handler)>>(std::move(handler));
        },
        boost::asio::use_awaitable_t<loop_executor>());
  }
  /// The same; cancelling the coroutine changes nothing.
  awaitable<> wait() {
    return wait([] {});
  }

  /// Lets the waiting coroutine go on, from the loop: never from within this call, so that the
  /// caller may still use what the coroutine will destroy.
  void complete() {
    done_ = true;
    if (const auto handler = std::exchange(waiting_, nullptr)) handler->post();
  }

  /// The same, but at once if called from the loop: this saves a turn. Afterwards the caller must
  /// not touch anything that the coroutine may destroy, including this object.
  void complete_now() {
    done_ = true;
    if (const auto handler = std::exchange(waiting_, nullptr)) handler->dispatch();
  }

  /// Makes it possible to wait on the same object again.
  void reset() { done_ = false; }

 private:
  struct handler_base {
    virtual ~handler_base() = default;
    virtual void post() = 0;
    virtual void dispatch() = 0;
  };
  template <typename Handler>
  struct stored final : handler_base {
    explicit stored(Handler h) : handler(std::move(h)) {}
    void post() override { boost::asio::post(std::move(handler)); }
    void dispatch() override { boost::asio::dispatch(std::move(handler)); }
    Handler handler;
  };

  std::unique_ptr<handler_base> waiting_;
  bool done_ = false;
};

}  // namespace weir
