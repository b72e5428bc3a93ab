/// A coroutine that runs on an executor other than that of the coroutine waiting for it, and its
/// way back.
///
/// It is not co_spawn with use_awaitable: that posts to the other executor a pointer to a signal,
/// which may be gone by then (https://github.com/chriskohlhoff/asio/issues/1332), and a loop that
/// does not run holds up the waiting coroutine even if it is cancelled. Here both sides share
/// ownership of everything that one posts to the other, and what the other side has not begun is
/// cancelled on this one.
#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <weir/scheduler_error.hpp>

namespace weir::detail {

/// The arguments of handlers: nothing, or a T that is empty if there is an error.
template <typename T>
struct crossing_of {
  using signature = void(std::exception_ptr, T);
  template <typename Handler>
  static void fail(Handler& handler, std::exception_ptr error) {
    std::move(handler)(std::move(error), T());
  }
};
template <>
struct crossing_of<void> {
  using signature = void(std::exception_ptr);
  template <typename Handler>
  static void fail(Handler& handler, std::exception_ptr error) {
    std::move(handler)(std::move(error));
  }
};

template <typename T, typename Executor, typename Handler>
class crossing : public std::enable_shared_from_this<crossing<T, Executor, Handler>> {
 public:
  using body_type = boost::asio::awaitable<T, Executor>;

  crossing(const Executor& there, body_type body, Handler handler)
      : there_(there),
        here_(boost::asio::get_associated_executor(handler, there)),
        slot_(boost::asio::get_associated_cancellation_slot(handler)),
        body_(std::move(body)),
        handler_(std::move(handler)) {}

  void launch() {
    if (slot_.is_connected())
      slot_.assign([self = this->shared_from_this()](boost::asio::cancellation_type type) {
        if (type != boost::asio::cancellation_type::none) self->cancel(type);
      });
    boost::asio::post(there_, departure(this->shared_from_this()));
  }

 private:
  enum class step { posted, begun, cancelled };

  /// One side's hold on it, in transit: if that loop is destroyed, the other side is notified.
  struct hold {
    explicit hold(std::shared_ptr<crossing> one) noexcept : owned(std::move(one)) {}
    hold(hold&&) noexcept = default;
    ~hold() {
      if (owned) owned->abandon();
    }
    std::shared_ptr<crossing> owned;
  };
  struct departure : hold {
    using hold::hold;
    void operator()() { std::exchange(this->owned, nullptr)->begin(); }
  };
  struct arrival : hold {
    using hold::hold;
    using cancellation_slot_type = boost::asio::cancellation_slot;
    cancellation_slot_type get_cancellation_slot() const noexcept {
      return this->owned->signal_.slot();
    }
    template <typename... Result>
    void operator()(std::exception_ptr error, Result... result) {
      const auto self = std::exchange(this->owned, nullptr);
      self->over_ = true;
      self->give_back(
          [error = std::move(error), ... result = std::move(result)](Handler& handler) mutable {
            std::move(handler)(std::move(error), std::move(result)...);
          });
    }
  };

  bool leave(step to) noexcept {
    step before = step::posted;
    return step_.compare_exchange_strong(before, to);
  }

  void begin() {
    if (!leave(step::begun)) return;
    body_type body = std::move(*body_);
    body_.reset();
    boost::asio::co_spawn(there_, std::move(body), arrival(this->shared_from_this()));
  }

  void cancel(boost::asio::cancellation_type type) {
    if (leave(step::cancelled)) {
      body_.reset();
      return fail(std::make_exception_ptr(
          boost::system::system_error(boost::asio::error::operation_aborted)));
    }
    if (step_ != step::begun) return;
    boost::asio::post(there_, [self = this->shared_from_this(), type] {
      if (!self->over_) self->signal_.emit(type);
    });
  }

  /// The other side's loop is gone. If this side's loop is the same, nothing is called any more.
  void abandon() {
    if (step_ == step::cancelled) return;
    leave(step::begun);
    over_ = true;
    if (context_of(there_) == context_of(here_.get_executor()))
      handler_.reset();
    else
      fail(std::make_exception_ptr(scheduler_error(scheduler_errc::abandoned, "another loop")));
  }

  void fail(std::exception_ptr error) {
    give_back([error = std::move(error)](Handler& handler) mutable {
      crossing_of<T>::fail(handler, std::move(error));
    });
  }

  /// Calls the handler on its own executor, never from within the current call.
  template <typename Call>
  void give_back(Call call) {
    const auto here = here_.get_executor();
    boost::asio::post(here, [handler = std::move(*handler_), slot = slot_, work = std::move(here_),
                             call = std::move(call)]() mutable {
      if (slot.is_connected()) slot.clear();
      work.reset();
      call(handler);
    });
    handler_.reset();
  }

  template <typename Any>
  static const void* context_of(const Any& executor) {
    return &boost::asio::query(executor, boost::asio::execution::context);
  }

  using caller_executor = boost::asio::associated_executor_t<Handler, Executor>;

  Executor there_;
  boost::asio::executor_work_guard<caller_executor> here_;
  boost::asio::cancellation_slot slot_;
  std::optional<body_type> body_;
  std::optional<Handler> handler_;
  std::atomic<step> step_ = step::posted;
  boost::asio::cancellation_signal signal_;  ///< of the body; for the other side, like over_
  bool over_ = false;
};

/// Runs body on `there`, then calls handler(std::exception_ptr, T) on the handler's executor.
template <typename T, typename Executor, typename Handler>
void start_crossing(const Executor& there, boost::asio::awaitable<T, Executor> body,
                    Handler handler) {
  std::make_shared<crossing<T, Executor, Handler>>(there, std::move(body), std::move(handler))
      ->launch();
}

/// The same for any completion token.
/// \tparam T void, or default constructible.
template <typename T, typename Executor, typename Token>
auto async_cross(const Executor& there, boost::asio::awaitable<T, Executor> body, Token&& token) {
  return boost::asio::async_initiate<Token, typename crossing_of<T>::signature>(
      [](auto handler, Executor to, boost::asio::awaitable<T, Executor> what) {
        start_crossing<T>(to, std::move(what), std::move(handler));
      },
      token, there, std::move(body));
}

/// The same for a coroutine on another executor of the same type.
template <typename T, typename Executor>
boost::asio::awaitable<T, Executor> cross(const Executor& there,
                                          boost::asio::awaitable<T, Executor> body) {
  return async_cross<T>(there, std::move(body), boost::asio::use_awaitable_t<Executor>{});
}

}  // namespace weir::detail
