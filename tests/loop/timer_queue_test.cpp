#include "loop/timer_queue.hpp"
#include "support/catch.hpp"
#include "support/descriptors.hpp"

#include <optional>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

using namespace weir;
using namespace std::chrono_literals;

namespace {

struct timer_fixture {
  boost::asio::io_context loop{1};
  timer_queue timers{loop.get_executor()};
  std::vector<int> fired;
};

}  // namespace

TEST_CASE_METHOD(timer_fixture, "timers fire in the order of their deadlines") {
  timer_queue::timer first, second, third;
  timers.schedule(second, 2ms, [&] { fired.push_back(2); });
  timers.schedule(third, 3ms, [&] { fired.push_back(3); });
  timers.schedule(first, 1ms, [&] { fired.push_back(1); });
  test::run_until(loop, [&] { return fired.size() == 3; });
  CHECK(fired == std::vector{1, 2, 3});
  CHECK_FALSE(first.scheduled());
}

TEST_CASE_METHOD(timer_fixture, "a callback may cancel another timer that is due") {
  timer_queue::timer first, second;
  timers.schedule(first, 0ms, [&] {
    fired.push_back(1);
    second.cancel();
  });
  timers.schedule(second, 0ms, [&] { fired.push_back(2); });
  test::run_until(loop, [&] { return !fired.empty(); });
  test::run_ready(loop);
  CHECK(fired == std::vector{1});
}

TEST_CASE_METHOD(timer_fixture, "a callback may destroy its timer, or schedule it again") {
  std::optional<timer_queue::timer> gone(std::in_place);
  timer_queue::timer again;
  timers.schedule(*gone, 0ms, [&] {
    gone.reset();
    fired.push_back(1);
  });
  timers.schedule(again, 0ms, [&] {
    fired.push_back(2);
    timers.schedule(again, 0ms, [&] { fired.push_back(3); });
  });
  test::run_until(loop, [&] { return fired.size() == 3; });
  CHECK(fired == std::vector{1, 2, 3});
}

TEST_CASE_METHOD(timer_fixture, "nothing fires while the queue is paused") {
  timer_queue::timer due, later;
  timers.schedule(due, 0ms, [&] { fired.push_back(1); });
  timers.pause();
  timers.pause();
  timers.schedule(later, 0ms, [&] { fired.push_back(2); });
  bool passed = false;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock> other(loop, 20ms);
  other.async_wait([&](const boost::system::error_code&) { passed = true; });
  test::run_until(loop, [&] { return passed; });
  CHECK(fired.empty());
  timers.resume();
  test::run_until(loop, [&] { return fired.size() == 2; });
}

TEST_CASE_METHOD(timer_fixture, "the time of a pause is charged to nobody") {
  timer_queue::timer timer;
  const auto begin = std::chrono::steady_clock::now();
  timers.schedule(timer, 30ms, [&] { fired.push_back(1); });
  timers.pause();
  bool passed = false;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock> other(loop, 40ms);
  other.async_wait([&](const boost::system::error_code&) { passed = true; });
  test::run_until(loop, [&] { return passed; });
  timers.resume();
  test::run_until(loop, [&] { return !fired.empty(); });
  CHECK(std::chrono::steady_clock::now() - begin >= 65ms);
}

TEST_CASE_METHOD(timer_fixture,
                 "a coroutine sleeps for active time, and cancelling it does not wake it") {
  timers.pause();
  bool awake = false;
  boost::asio::cancellation_signal cancel;
  boost::asio::co_spawn(loop, timers.sleep(0ms),
                        boost::asio::bind_cancellation_slot(
                            cancel.slot(), [&](const std::exception_ptr&) { awake = true; }));
  test::run_ready(loop);
  cancel.emit(boost::asio::cancellation_type::terminal);
  test::run_ready(loop);
  CHECK_FALSE(awake);
  timers.resume();
  test::run_until(loop, [&] { return awake; });
}

TEST_CASE_METHOD(timer_fixture, "active time stands still in a pause, and deadlines are in it") {
  timers.pause();
  const auto before = timers.now();
  bool passed = false;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock> other(loop, 20ms);
  other.async_wait([&](const boost::system::error_code&) { passed = true; });
  test::run_until(loop, [&] { return passed; });
  CHECK(timers.now() == before);
  timer_queue::timer timer;
  timers.schedule_at(timer, before + 5ms, [&] { fired.push_back(1); });
  timers.resume();
  test::run_until(loop, [&] { return !fired.empty(); });
  CHECK(timers.now() >= before + 5ms);
}
