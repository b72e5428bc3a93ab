/// Suspending a coroutine until the scheduler wakes it, and knowing which coroutine it is.
#pragma once

#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>

#include <weir/detail/job_node.hpp>

namespace weir::detail {

/// co_await park(w, on_cancel): suspends until w.parked is resumed. on_cancel() is called if the
/// coroutine is cancelled meanwhile; it decides what happens to w.
template <typename OnCancel>
auto park(waiter& w, OnCancel on_cancel) {
  return boost::asio::async_initiate<const boost::asio::deferred_t, void()>(
      [](auto handler, waiter* parked, OnCancel cancelled) {
        auto slot = boost::asio::get_associated_cancellation_slot(handler);
        if (slot.is_connected())
          slot.assign([cancelled](boost::asio::cancellation_type type) {
            if (type != boost::asio::cancellation_type::none) cancelled();
          });
        parked->parked = resumption(std::move(handler));
      },
      boost::asio::deferred, &w, std::move(on_cancel));
}

/// co_await identify(id): sets id to a value that identifies the calling coroutine and all that
/// await it, up to its co_spawn; to null if Asio does not provide one. Does not yield.
inline auto identify(const void*& id) {
  return boost::asio::async_initiate<const boost::asio::deferred_t, void()>(
      [](auto handler, const void** out) {
        if constexpr (requires { handler.entry_point(); }) *out = handler.entry_point();
        handler();
      },
      boost::asio::deferred, &id);
}

}  // namespace weir::detail
