// What schedulers and their jobs say: errors, states, and failures that nobody handles.
#include <cstdio>
#include <memory>

#include <unistd.h>

#include "bench.hpp"

namespace {

/// What `act` writes to standard error, without the places, which end in ": ".
template <typename Act>
std::string on_stderr(Act act) {
  std::FILE* const caught = std::tmpfile();
  std::fflush(stderr);
  const int saved = dup(STDERR_FILENO);
  dup2(fileno(caught), STDERR_FILENO);
  act();
  dup2(saved, STDERR_FILENO);
  close(saved);
  std::rewind(caught);
  std::string text(2000, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), caught));
  std::fclose(caught);
  std::string without;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t place = text.find(", spawned at ", at);
    without += text.substr(at, place - at);
    if (place == std::string::npos) break;
    at = text.find(": ", place);
  }
  return without;
}

awaitable<> throw_number() {
  throw 5;
  co_return;
}

/// What a scheduler with these jobs says when it is destroyed.
template <typename Fill>
std::string last_words(Fill fill) {
  asio::io_context io;
  gate door(io);
  std::string text;
  {
    loop_scheduler s(io, scheduler_options().on_error(
                             [&](const error_context& c) { text = text_of(c.exception); }));
    fill(s, door);
    io.poll();
  }
  io.restart();
  io.poll();
  return text;
}

}  // namespace

TEST_CASE("each error of a scheduler says what it is") {
  const std::vector<std::pair<scheduler_errc, const char*>> all = {
      {scheduler_errc::closed, "the scheduler is closed"},
      {scheduler_errc::full, "the scheduler is full"},
      {scheduler_errc::cancelled, "the job was cancelled"},
      {scheduler_errc::timed_out, "timed out"},
      {scheduler_errc::inside, "a job cannot wait for its own end"},
      {scheduler_errc::unknown_pool, "no pool has this name"},
      {scheduler_errc::abandoned, "the job was destroyed before it ended"},
      {scheduler_errc::result_taken, "the result has already been handed out"}};
  for (const auto& [code, text] : all) {
    CHECK(std::error_code(code).message() == text);
    CHECK(scheduler_error(code, "wait").what() == std::string("wait: ") + text);
  }
  CHECK(std::error_code(scheduler_errc::full).category().name() == std::string("weir.scheduler"));
  for (const int none : {-1, 0, 9, 99}) CHECK(scheduler_category().message(none) == "unknown");
}

TEST_CASE("each state and each outcome has a word") {
  bench b(scheduler_options().limit(1));
  const auto one = b.spawn(b.fail_at_door("x"), "one");
  const auto two = b.spawn(b.for_ever(), "two");
  const auto three = b.spawn(b.note(3), "three");
  CHECK(to_string(one) == "job \"one\": active");
  CHECK(to_string(one.outcome()) == std::string("none"));
  CHECK(to_string(two) == "job \"two\": pending");
  CHECK(to_string(job_status::closed) == std::string("closed"));
  three.drop();
  b.settle();
  b.door.open();
  b.settle();
  CHECK(to_string(one) == "job \"one\": failed");
  CHECK(to_string(two) == "job \"two\": succeeded");
  CHECK(to_string(three) == "job \"three\": never started");
  b.door.close();
  const auto four = b.spawn(b.for_ever());
  b.settle();
  four.cancel();
  b.settle();
  CHECK(to_string(four) == "job \"job-4\": cancelled");
}

TEST_CASE("without a handler a failure is one line on standard error") {
  CHECK(on_stderr([] {
          bench b;
          b.s.on_error(nullptr);
          b.spawn(b.fail("unheard"), "x");
          b.settle();
        }) == "weir: Job processing failed \"x\": unheard\n");
}

TEST_CASE("what is no std::exception, or no job's, is a line on standard error all the same") {
  CHECK(on_stderr([] {
          bench b;
          b.s.on_error(nullptr);
          b.spawn(throw_number(), "x");
          b.settle();
          b.s.call_exception_handler({"Mine",
                                      {},
                                      std::make_exception_ptr(std::runtime_error("y")),
                                      std::source_location::current()});
        }) == "weir: Job processing failed \"x\": an exception of unknown type\nweir: Mine: y\n");
}

TEST_CASE("what a handler throws is on standard error, after what it did not handle") {
  CHECK(on_stderr([] {
          bench b;
          b.s.on_error([](const error_context&) { throw std::logic_error("no"); });
          b.spawn(b.fail("unheard"), "x");
          b.settle();
        }) ==
        "weir: Job processing failed \"x\": unheard\nweir: Exception handler failed \"x\": no\n");
}

TEST_CASE("a destroyed scheduler's job that then fails is a line on standard error") {
  asio::io_context io;
  gate door(io);
  int told = 0;
  int events = 0;
  loop_job<> one;
  CHECK(on_stderr([&] {
          auto s = std::make_unique<loop_scheduler>(
              io, scheduler_options()
                      .on_error([&](const error_context&) { ++told; })
                      .on_event([&](const scheduler_event&) { ++events; }));
          const auto failing = [](gate& at) -> awaitable<> {
            try {
              co_await at.pass();
            } catch (const system_error&) {
              throw std::runtime_error("late");
            }
          };
          one = s->try_spawn(failing(door), "x");
          io.poll();
          s.reset();
          io.restart();
          io.poll();
        }) == "weir: Job processing failed \"x\": late\n");
  CHECK(told == 1);    // of the scheduler's end alone
  CHECK(events == 2);  // its spawn and its start
  CHECK(one.outcome() == job_outcome::failed);
}

TEST_CASE("an observer that throws changes nothing") {
  auto options = scheduler_options().limit(1);
  int events = 0;
  options.on_event([&](const scheduler_event&) {
    ++events;
    throw std::runtime_error("observer");
  });
  bench b(options);
  b.spawn(b.note(1));
  b.spawn(b.note(2));
  b.settle();
  CHECK(b.ran == std::vector<int>{1, 2});
  CHECK(events == 6);
  CHECK(b.errors.empty());
}

TEST_CASE("while its failure is told a job is over for everybody but itself") {
  auto options = scheduler_options();
  std::vector<bool> seen;
  options.on_error([&](const error_context& c) {
    seen = {c.job.active(), c.job.cancel(), c.job.drop(), c.job.reprioritise(1)};
  });
  bench b(options);
  const auto one = b.spawn(b.fail("x"));
  b.settle();
  CHECK(seen == std::vector<bool>{true, false, false, false});
  CHECK(one.outcome() == job_outcome::failed);
  CHECK_FALSE(one.cancel());
  CHECK(b.s.counters().failed == 1);
}

TEST_CASE("a scheduler destroyed with one job says so in the singular") {
  const unsigned line = __LINE__ + 2;
  const std::string text =
      last_words([](loop_scheduler& s, gate& door) { s.try_spawn(door.pass()); });
  CHECK(text == "1 job, spawned at " + std::string(std::source_location::current().file_name()) +
                    ':' + std::to_string(line) + ": the job was destroyed before it ended");
}

TEST_CASE("a scheduler destroyed with jobs of many places names the five with the most") {
  const unsigned line = __LINE__ + 2;
  const std::string text = last_words([](loop_scheduler& s, gate& door) {
    s.try_spawn(door.pass());
    s.try_spawn(door.pass());
    s.try_spawn(door.pass());
    for (int i = 0; i < 2; ++i) s.try_spawn(door.pass());
    for (int i = 0; i < 3; ++i) s.try_spawn(door.pass());
    s.try_spawn(door.pass());
    asio::co_spawn(s.get_executor(), s.shield(door.pass()), asio::detached);
    asio::co_spawn(s.get_executor(), s.shield(door.pass()), asio::detached);
  });
  const auto at = [&](unsigned below) {
    return std::string(std::source_location::current().file_name()) + ':' +
           std::to_string(line + below);
  };
  CHECK(text.find("9 jobs and 2 shields, spawned at " + at(4) + " (3), " + at(3) + " (2), " +
                  at(0) + ", " + at(1) + ", " + at(2) + ", ...: ") == 0);
}

TEST_CASE("a scheduler destroyed with jobs of five places names them all") {
  const std::string text = last_words([](loop_scheduler& s, gate& door) {
    s.try_spawn(door.pass());
    s.try_spawn(door.pass());
    s.try_spawn(door.pass());
    s.try_spawn(door.pass());
    s.try_spawn(door.pass());
  });
  CHECK(text.find("...") == std::string::npos);
}

TEST_CASE(
    "a scheduler destroyed with a blocked spawn counts it, and no shield where there is none") {
  asio::io_context io;
  gate door(io);
  std::string text;
  {
    loop_scheduler s(io, scheduler_options().limit(1).pending_limit(1).on_error(
                             [&](const error_context& c) { text = text_of(c.exception); }));
    s.try_spawn(door.pass());
    s.try_spawn(door.pass());
    asio::co_spawn(io, spawn_and_forget(s, door.pass()), asio::detached);
    io.poll();
    CHECK(s.blocked_count() == 1);
  }
  CHECK(text.find("3 jobs, spawned at ") == 0);
  io.restart();
  io.poll();
}
