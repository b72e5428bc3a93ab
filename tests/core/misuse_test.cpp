// Misuse is caught, and destruction in any order leaks and touches nothing.
#include <memory>

#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>

#include <weir/detail/one_at_a_time.hpp>

#include "bench.hpp"

namespace {

struct tracked {
  explicit tracked(int& count) : alive(&count) { ++*alive; }
  tracked(const tracked& other) : alive(other.alive) { ++*alive; }
  tracked& operator=(const tracked&) = delete;
  ~tracked() { --*alive; }
  int* alive;
};

awaitable<> hold(tracked, gate& door) {
  co_await door.pass();
}

}  // namespace

TEST_CASE("limits that let every job hang are refused") {
  asio::io_context io;
  CHECK_THROWS_AS(loop_scheduler(io, scheduler_options().limit(0)), std::invalid_argument);
  CHECK_THROWS_AS(loop_scheduler(io, scheduler_options().limit(-1)), std::invalid_argument);
  CHECK_THROWS_AS(loop_scheduler(io, scheduler_options().pending_limit(-1)), std::invalid_argument);
  CHECK_THROWS_AS(loop_scheduler(io, scheduler_options().close_timeout(-1ns)),
                  std::invalid_argument);
  CHECK_THROWS_AS(loop_scheduler(io, scheduler_options().wait_timeout(-1ns)),
                  std::invalid_argument);
  loop_scheduler(io, scheduler_options().close_timeout(0ns).wait_timeout(0ns));
  loop_scheduler s(io, scheduler_options().pending_limit(0));
  CHECK_THROWS_AS(s.set_limit(0), std::invalid_argument);
  CHECK_THROWS_AS(s.set_pool("x", -1), std::invalid_argument);
  s.set_pool("empty", 0);
  CHECK(s.pool_used("x") == 0);
  CHECK(s.pool_capacity("x") == 0);
}

TEST_CASE("an executor of several threads is known, if it says so") {
  asio::io_context io;
  asio::thread_pool threads(2);
  const auto one_at_a_time = [](asio::any_io_executor on) {
    return detail::runs_one_at_a_time(on);
  };
  CHECK(one_at_a_time(io.get_executor()));
  CHECK_FALSE(one_at_a_time(threads.get_executor()));
  asio::thread_pool one_thread(1);
  CHECK(one_at_a_time(one_thread.get_executor()));
  CHECK(one_at_a_time(asio::make_strand(threads.get_executor())));
  CHECK_FALSE(one_at_a_time(asio::system_executor()));
}

TEST_CASE("a job of weight 0, or with a timeout of 0, is refused") {
  bench b;
  CHECK_THROWS_AS(b.spawn(b.note(1), job_options().weight(0)), std::invalid_argument);
  CHECK_THROWS_AS(b.spawn(b.note(1), job_options().timeout(0ns)), std::invalid_argument);
  CHECK(b.s.empty());
  const auto least = b.spawn(b.for_ever(), job_options().timeout(1ns));
  CHECK(throws(b, least.wait(), scheduler_errc::timed_out));
}

TEST_CASE("shield on a closed scheduler is an error, and the operation never runs") {
  bench b;
  b.await(b.s.close());
  CHECK(throws(b, b.s.shield(b.note(1)), scheduler_errc::closed));
  b.settle();
  CHECK(b.ran.empty());
}

TEST_CASE("a shield is refused while its scheduler closes, and one that has stopped takes it") {
  bench b(scheduler_options().close_timeout(1h));
  b.spawn(b.stubborn());
  b.settle();
  b.s.stop();
  b.await(b.s.shield(b.note(1)));
  started closing;
  b.start(closing, close_it(b.s));
  CHECK(throws(b, b.s.shield(b.note(2)), scheduler_errc::closed));
  b.door.open();
  b.settle();
  CHECK(closing.done);
  CHECK(b.ran == std::vector<int>{1});
}

TEST_CASE("a shield whose caller was cancelled before is run all the same") {
  bench b;
  started caller;
  b.start(caller, [](bench& in) -> awaitable<> {
    try {
      co_await in.door.pass();
    } catch (const system_error&) {  // it stays cancelled
    }
    co_await in.s.shield(in.note(1));
  }(b));
  caller.cancel.emit(asio::cancellation_type::terminal);
  b.settle();
  CHECK(caller.was_cancelled());
  CHECK(b.ran == std::vector<int>{1});
}

TEST_CASE("a shield's failure goes to its awaiter, or to the handler when that is gone") {
  bench b;
  CHECK_THROWS_WITH(b.await(b.s.shield(b.fail("heard"))), "heard");
  CHECK(b.errors.empty());
  started awaiter;
  b.start(awaiter, b.s.shield(b.fail_at_door("unheard")));
  awaiter.cancel.emit(asio::cancellation_type::terminal);
  b.settle();
  b.door.open();
  b.settle();
  REQUIRE(b.errors.size() == 1);
  CHECK(text_of(b.errors[0].exception) == "unheard");
}

TEST_CASE("close cancels shields, and their awaiters are told") {
  bench b;
  started awaiter;
  b.start(awaiter, b.s.shield(b.for_ever()));
  const close_report report = b.await(b.s.close());
  b.settle();
  CHECK(report.cancelled == 1);
  CHECK(awaiter.threw(scheduler_errc::cancelled));
}

TEST_CASE(
    "destroying a scheduler with live jobs is reported once; they are cancelled and end alone") {
  std::vector<std::string> told;
  asio::io_context io;
  gate door(io);
  int alive = 0;
  loop_job<> running;
  loop_job<> pending;
  {
    auto options = scheduler_options().limit(1);
    options.on_error([&told](const error_context& c) { told.emplace_back(c.message); });
    loop_scheduler s(io, options);
    running = s.try_spawn(hold(tracked(alive), door));
    pending = s.try_spawn(hold(tracked(alive), door));
    io.poll();
    CHECK(alive == 2);
  }
  CHECK(told == std::vector<std::string>{"Scheduler destroyed with live jobs"});
  CHECK(pending.closed());
  CHECK(alive == 1);
  io.restart();
  io.poll();
  CHECK(running.outcome() == job_outcome::cancelled);
  CHECK(alive == 0);
}

TEST_CASE("what a destroyed scheduler says has how many lived, and where they were spawned") {
  asio::io_context io;
  gate door(io);
  std::string text;
  std::source_location first;
  const unsigned line = std::source_location::current().line();
  {
    loop_scheduler s(io, scheduler_options().limit(1).on_error([&](const error_context& c) {
      text = text_of(c.exception);
      first = c.spawned_at;
    }));
    for (int i = 0; i < 3; ++i) s.try_spawn(door.pass());
    s.try_spawn(door.pass(), "one more");
    asio::co_spawn(io, s.shield(door.pass()), asio::detached);
    io.poll();
  }
  const std::string file = std::source_location::current().file_name();
  const auto at = [&](unsigned below) { return file + ':' + std::to_string(line + below); };
  CHECK(first.line() == line + 6);
  CHECK(text.find("4 jobs and 1 shield, spawned at " + at(6) + " (3), ") == 0);
  CHECK(text.find(at(7)) != std::string::npos);
  CHECK(text.find(at(8)) != std::string::npos);
  io.restart();
  io.poll();
}

TEST_CASE("destroying a scheduler that has nothing to do is silent") {
  int told = 0;
  asio::io_context io;
  {
    scheduler_options options;
    options.on_error([&told](const error_context&) { ++told; });
    loop_scheduler s(io, options);
    s.try_spawn([]() -> awaitable<> { co_return; }());
    io.poll();
  }
  CHECK(told == 0);
}

TEST_CASE("a blocked spawn is told when its scheduler is destroyed") {
  asio::io_context io;
  gate door(io);
  int alive = 0;
  started blocked;
  {
    auto options = scheduler_options().limit(1).pending_limit(0);
    options.on_error([](const error_context&) {});
    auto s = std::make_unique<loop_scheduler>(io, options);
    s->try_spawn(hold(tracked(alive), door));
    asio::co_spawn(io, spawn_and_forget(*s, hold(tracked(alive), door)),
                   [&](std::exception_ptr e) { blocked.error = e; });
    io.poll();
    CHECK(alive == 2);
  }
  io.restart();
  io.poll();
  CHECK(blocked.threw(scheduler_errc::closed));
  CHECK(alive == 0);
}

TEST_CASE("when the loop is destroyed first, every coroutine is destroyed with it") {
  int alive = 0;
  loop_job<> kept;
  loop_job<> pending;
  std::unique_ptr<loop_scheduler> s;
  {
    asio::io_context io;
    gate door(io);
    s = std::make_unique<loop_scheduler>(io, scheduler_options().limit(1).pending_limit(1));
    kept = s->try_spawn(hold(tracked(alive), door));
    pending = s->try_spawn(hold(tracked(alive), door));
    asio::co_spawn(io, spawn_and_forget(*s, hold(tracked(alive), door)), asio::detached);
    asio::co_spawn(io, wait_for_job(kept), asio::detached);
    asio::co_spawn(io, drain_it(*s), asio::detached);
    asio::co_spawn(io, s->shield(hold(tracked(alive), door)), asio::detached);
    io.poll();
    CHECK(alive == 4);
  }
  CHECK(alive == 0);
  CHECK(kept.outcome() == job_outcome::never_started);
  CHECK(pending.outcome() == job_outcome::never_started);
  CHECK(s->empty());
  CHECK(s->blocked_count() == 0);
  CHECK(s->shield_count() == 0);
  CHECK(s->slots_used() == 0);
  CHECK(s->closed());
  CHECK(s->is_stopping());
}

TEST_CASE("a job that was to begin in the next turn is given up with its loop, and its slot") {
  int alive = 0;
  loop_job<> kept;
  std::unique_ptr<loop_scheduler> s;
  {
    asio::io_context io;
    gate door(io);
    s = std::make_unique<loop_scheduler>(io);
    kept = s->try_spawn(hold(tracked(alive), door), job_options().weight(3));
    CHECK(s->slots_used() == 3);
  }
  CHECK(alive == 0);
  CHECK(kept.outcome() == job_outcome::never_started);
  CHECK(s->slots_used() == 0);
}

TEST_CASE("a job whose coroutine is destroyed before it ends gives its slot back and is reported") {
  bench b(scheduler_options().limit(1));
  // Takes its continuation and loses it: what a broken operation does.
  const auto lost = b.spawn([]() -> awaitable<> {
    co_await asio::async_initiate<decltype(use_loop), void()>([](auto handler) { (void)handler; },
                                                              use_loop);
  }());
  const auto next = b.spawn(b.give(1));
  b.settle();
  CHECK(lost.closed());
  CHECK(b.await(next.wait()) == 1);
  REQUIRE(b.errors.size() == 1);
  CHECK(b.s.active_count() == 0);
}
