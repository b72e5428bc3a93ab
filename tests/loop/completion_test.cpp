#include "loop/completion.hpp"
#include "support/catch.hpp"
#include "support/descriptors.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

using namespace weir;

namespace {

struct completion_fixture {
  boost::asio::io_context loop{1};
  completion done;
  boost::asio::cancellation_signal cancel;
  bool resumed = false;

  void start(awaitable<> body) {
    boost::asio::co_spawn(
        loop, std::move(body),
        boost::asio::bind_cancellation_slot(cancel.slot(),
                                            [this](const std::exception_ptr&) { resumed = true; }));
    test::run_ready(loop);
  }
};

}  // namespace

TEST_CASE_METHOD(completion_fixture, "what is complete already is not waited for") {
  done.complete();
  start(done.wait());
  CHECK(resumed);
}

TEST_CASE_METHOD(completion_fixture, "complete resumes from the loop, never from within the call") {
  start(done.wait());
  CHECK_FALSE(resumed);
  bool was_at_once = false;
  boost::asio::post(loop, [&] {
    done.complete();
    was_at_once = resumed;
  });
  test::run_ready(loop);
  CHECK_FALSE(was_at_once);
  CHECK(resumed);
}

TEST_CASE_METHOD(completion_fixture, "complete_now resumes at once when the loop calls it") {
  start(done.wait());
  bool was_at_once = false;
  boost::asio::post(loop, [&] {
    done.complete_now();
    was_at_once = resumed;
  });
  test::run_ready(loop);
  CHECK(was_at_once);
}

TEST_CASE_METHOD(completion_fixture, "a cancelled wait is told, and goes on") {
  int told = 0;
  start([](completion& c, int& count) -> awaitable<> { co_await c.wait([&count] { ++count; }); }(
                                          done, told));
  cancel.emit(boost::asio::cancellation_type::terminal);
  test::run_ready(loop);
  CHECK(told == 1);
  CHECK_FALSE(resumed);
  done.complete();
  test::run_ready(loop);
  CHECK(resumed);
}

TEST_CASE_METHOD(completion_fixture, "once reset it is waited for again") {
  done.complete();
  done.reset();
  start(done.wait());
  CHECK_FALSE(resumed);
  done.complete();
  test::run_ready(loop);
  CHECK(resumed);
}

TEST_CASE("who waits goes on although what is waited for was destroyed") {
  boost::asio::io_context loop{1};
  auto done = std::make_unique<completion>();
  test::task waiting;
  waiting.start(loop, done->wait());
  test::run_ready(loop);
  done->complete();
  done.reset();
  test::run_ready(loop);
  CHECK(waiting.done);
}
