/// What the scheduler's tests share: a loop to drive by hand, bodies for jobs, a record of
/// failures.
#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <weir/scheduler.hpp>

#include "support/catch.hpp"

namespace asio = boost::asio;
using namespace weir;
using namespace std::chrono_literals;
using boost::system::system_error;

inline constexpr asio::use_awaitable_t<loop_executor> use_loop;

/// A door that bodies wait at until it is opened.
class gate {
 public:
  explicit gate(asio::io_context& io) : timer_(io, std::chrono::steady_clock::time_point::max()) {}
  void open() {
    open_ = true;
    timer_.cancel();
  }
  void close() { open_ = false; }
  /// Ends when the gate opens, or with operation_aborted when cancelled.
  awaitable<> pass() {
    while (!open_) {
      try {
        co_await timer_.async_wait(use_loop);
      } catch (const system_error&) {
        if (!open_) throw;
      }
    }
  }
  /// Ends when the gate opens, whatever cancellations come.
  awaitable<> pass_stubbornly() {
    while (!open_) {
      try {
        co_await timer_.async_wait(use_loop);
      } catch (const system_error&) {  // not for this one
      }
      co_await asio::this_coro::reset_cancellation_state();
    }
  }

 private:
  asio::basic_waitable_timer<std::chrono::steady_clock,
                             asio::wait_traits<std::chrono::steady_clock>, loop_executor>
      timer_;
  bool open_ = false;
};

struct told {
  std::string message;
  job_view job;
  std::exception_ptr exception;
  std::source_location where;
};

inline std::string text_of(const std::exception_ptr& error) {
  try {
    if (error) std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  }
  return "";
}

/// The outcome of a coroutine that was started beside the test.
struct started {
  bool done = false;
  std::exception_ptr error;
  asio::cancellation_signal cancel;

  std::string text() const { return text_of(error); }
  bool threw(scheduler_errc why) const {
    try {
      if (error) std::rethrow_exception(error);
    } catch (const scheduler_error& e) {
      return e.code() == why;
    } catch (...) {
    }
    return false;
  }
  bool was_cancelled() const {
    try {
      if (error) std::rethrow_exception(error);
    } catch (const system_error& e) {
      return e.code() == asio::error::operation_aborted;
    } catch (...) {
    }
    return false;
  }
};

/// A loop, a scheduler on it, and everything its exception handler was told.
struct bench {
  explicit bench(scheduler_options options = {}) : s(io, recorded(std::move(options))), door(io) {}

  scheduler_options recorded(scheduler_options options) {
    if (!options.on_error())
      options.on_error([this](const error_context& c) {
        errors.push_back({std::string(c.message), c.job, c.exception, c.spawned_at});
      });
    return options;
  }
  /// Runs everything that can run without waiting.
  void settle() {
    io.restart();
    io.poll();
  }
  /// Runs until nothing is left to do, timers included.
  void run() {
    io.restart();
    io.run();
  }
  /// Starts a coroutine beside the test and lets it go as far as it can.
  void start(started& s_, awaitable<> body) {
    asio::co_spawn(io, std::move(body),
                   asio::bind_cancellation_slot(s_.cancel.slot(), [&s_](std::exception_ptr e) {
                     s_.done = true;
                     s_.error = e;
                   }));
    settle();
  }
  /// Awaits the body to its end; what it throws, Catch's failures included, is thrown here.
  template <typename T>
  T await(awaitable<T> body) {
    std::exception_ptr error;
    std::optional<T> result;
    bool done = false;
    asio::co_spawn(io, std::move(body), [&](std::exception_ptr e, T value) {
      error = e;
      result = std::move(value);
      done = true;
    });
    finish(done, error);
    return std::move(*result);
  }
  void await(awaitable<> body) {
    std::exception_ptr error;
    bool done = false;
    asio::co_spawn(io, std::move(body), [&](std::exception_ptr e) {
      error = e;
      done = true;
    });
    finish(done, error);
  }
  template <typename T>
  loop_job<T> spawn(awaitable<T> body, job_options options = {}) {
    return await(s.spawn(std::move(body), std::move(options)));
  }

  asio::io_context io{1};
  std::vector<told> errors;
  loop_scheduler s;
  gate door;
  std::vector<int> ran;  ///< numbers that bodies leave behind

  awaitable<> note(int number) {
    ran.push_back(number);
    co_return;
  }
  awaitable<> note_at_door(int number) {
    ran.push_back(number);
    co_await door.pass();
  }
  awaitable<int> give(int number) { co_return number; }
  awaitable<int> give_at_door(int number) {
    co_await door.pass();
    co_return number;
  }
  awaitable<> fail(std::string what) {
    throw std::runtime_error(what);
    co_return;
  }
  awaitable<> fail_at_door(std::string what) {
    co_await door.pass();
    throw std::runtime_error(what);
  }
  /// Gives in to cancellation by failing.
  awaitable<> fail_when_cancelled(std::string what) {
    try {
      co_await door.pass();
    } catch (const system_error&) {
      throw std::runtime_error(what);
    }
  }
  awaitable<> for_ever() { co_await door.pass(); }
  awaitable<> stubborn() { co_await door.pass_stubbornly(); }

 private:
  void finish(const bool& done, const std::exception_ptr& error) {
    io.restart();
    while (!done)
      if (io.run_one_for(5s) == 0) break;
    REQUIRE((done || !"the coroutine never ended"));
    if (error) std::rethrow_exception(error);
  }
};

template <typename T>
awaitable<> wait_for_job(loop_job<T> job) {
  (void)co_await job.wait();
}
inline awaitable<> spawn_and_forget(loop_scheduler& s, awaitable<> body, job_options options = {}) {
  (void)co_await s.spawn(std::move(body), std::move(options));
}
inline awaitable<> close_it(loop_scheduler& s, close_report* out = nullptr) {
  const close_report report = co_await s.close();
  if (out != nullptr) *out = report;
}
inline awaitable<> drain_it(loop_scheduler& s, std::chrono::nanoseconds time = forever,
                            close_report* out = nullptr) {
  const close_report report = co_await s.wait_and_close(time);
  if (out != nullptr) *out = report;
}

template <typename T>
bool throws(bench& b, awaitable<T> body, scheduler_errc why) {
  try {
    b.await(std::move(body));
  } catch (const scheduler_error& e) {
    return e.code() == why;
  }
  return false;
}
