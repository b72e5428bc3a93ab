/// Random operations from random places, and after each the counts must equal a model's.
///
/// The seed is printed; WEIR_SEED=n repeats a run, WEIR_OPERATIONS=n sets its length.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

#include "bench.hpp"

namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// What a job does once it runs.
enum class conduct { at_once, yields, fails, waits, stubborn };

/// The counts as a few lines of arithmetic over the events: a second opinion on the scheduler's.
struct model {
  std::map<std::uint64_t, bool> alive;  ///< by id: active?
  std::size_t active = 0;
  std::uint64_t ended = 0;

  void on(const scheduler_event& e) {
    const std::uint64_t id = e.job.id();
    if (e.what == scheduler_event::kind::spawned) {
      if (!alive.emplace(id, false).second) ++wrong;
    } else if (e.what == scheduler_event::kind::started) {
      if (!alive.count(id) || alive[id]) ++wrong;
      alive[id] = true;
      ++active;
    } else {
      if (!alive.count(id)) ++wrong;
      active -= alive[id];
      alive.erase(id);
      ++ended;
    }
  }
  int wrong = 0;
};

struct storm {
  storm(std::uint64_t seed, scheduler_options options) : random(seed), b(observed(options)) {}

  scheduler_options observed(scheduler_options options) {
    options.on_event([this](const scheduler_event& e) { counts.on(e); });
    options.on_error([this](const error_context&) { ++told; });
    limit = options.limit();
    return options;
  }
  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
  }
  awaitable<> body(conduct how, std::size_t turns) {
    running += 1;
    most = std::max(most, running);
    struct leave {
      std::size_t& n;
      ~leave() { --n; }
    } const on_exit{running};
    if (how == conduct::waits) co_await b.door.pass();
    if (how == conduct::stubborn) co_await b.door.pass_stubbornly();
    for (std::size_t i = 0; how == conduct::yields && i < turns; ++i) {
      co_await asio::post(b.io, use_loop);
      if (i == 1) operate(false);
    }
    if (how == conduct::fails) throw std::runtime_error("storm");
  }
  awaitable<> spawn_one(conduct how, job_options options) {
    loop_job<> job = co_await b.s.spawn(body(how, pick(4)), std::move(options));
    remember(std::move(job));
  }
  awaitable<> wait_for_one(loop_job<> job, std::chrono::nanoseconds time) {
    try {
      co_await job.wait_or_leave(time);
    } catch (const std::exception&) {  // any outcome will do
    }
  }
  awaitable<> close_one(loop_job<> job) {
    try {
      co_await job.close();
    } catch (const std::exception&) {
    }
  }
  awaitable<> shield_one(conduct how) {
    try {
      co_await b.s.shield(shielded(how));
    } catch (const std::exception&) {
    }
  }
  awaitable<> shielded(conduct how) {
    co_await asio::post(b.io, use_loop);
    if (how == conduct::fails) throw std::runtime_error("shield");
  }
  void remember(loop_job<> job) {
    if (jobs.size() < 200)
      jobs.push_back(std::move(job));
    else
      jobs[pick(jobs.size())] = std::move(job);
  }
  job_options options() {
    job_options o;
    if (pick(3) == 0) o.priority(static_cast<int>(pick(5)) - 2);
    if (pick(8) == 0) o.weight(static_cast<std::uint32_t>(1 + pick(5)));
    if (pick(8) == 0) o.pool(pick(2) == 0 ? "a" : "b", static_cast<std::uint32_t>(1 + pick(2)));
    if (pick(200) == 0) o.timeout(50us);
    return o;
  }
  conduct any_conduct() {
    const std::size_t n = pick(40);
    return n < 20   ? conduct::at_once
           : n < 32 ? conduct::yields
           : n < 36 ? conduct::fails
           : n < 39 ? conduct::waits
                    : conduct::stubborn;
  }
  /// Starts a coroutine that may be cancelled at any later moment; not before its first step, out
  /// of which Asio of Boost 1.83 lets the loop itself throw.
  void launch(awaitable<> work) {
    auto& signal = *signals.emplace_back(std::make_unique<asio::cancellation_signal>());
    asio::post(b.io, [this, &signal, work = std::move(work)]() mutable {
      asio::co_spawn(b.io, std::move(work),
                     asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr) {}));
    });
  }
  loop_job<> some_job() { return jobs.empty() ? loop_job<>() : jobs[pick(jobs.size())]; }

  void operate(bool outside) {
    const loop_job<> job = some_job();
    switch (pick(outside ? 20 : 14)) {
      case 0:
      case 1:
      case 2:
      case 3:
        launch(spawn_one(any_conduct(), options()));
        break;
      case 4:
      case 5:
        if (!b.s.would_block()) {
          try {
            remember(b.s.try_spawn(body(any_conduct(), 2), options()));
          } catch (const scheduler_error&) {  // a weight or a pool in the way
          }
        }
        break;
      case 6:
        if (job) job.cancel();
        break;
      case 7:
        if (job) job.drop();
        break;
      case 8:
        if (job) job.reprioritise(static_cast<int>(pick(5)) - 2);
        break;
      case 9:
        if (job) launch(wait_for_one(job, pick(2) == 0 ? forever : 20us));
        break;
      case 10:
        if (job) launch(close_one(job));
        break;
      case 11:
        launch(shield_one(any_conduct()));
        break;
      case 12:
        limit = static_cast<std::int64_t>(1 + pick(8));
        b.s.set_limit(limit);
        most = 0;
        break;
      case 13:
        b.s.set_pool(pick(2) == 0 ? "a" : "b", static_cast<std::int64_t>(pick(4)));
        break;
      case 14:
        pick(2) == 0 ? b.s.pause() : b.s.resume();
        break;
      case 15:
        if (!signals.empty())
          signals[pick(signals.size())]->emit(asio::cancellation_type::terminal);
        break;
      case 16:
        if (pick(50) == 0) b.s.drop_pending();
        break;
      default:
        step();
        break;
    }
  }
  void step() {
    b.io.restart();
    for (std::size_t i = pick(20); i > 0; --i) b.io.poll_one();
  }
  bool holds() const {
    const job_counters n = b.s.counters();
    const std::size_t live = counts.alive.size();
    return counts.wrong == 0 && b.s.size() == live && b.s.active_count() == counts.active &&
           b.s.pending_count() == live - counts.active && running <= b.s.active_count() &&
           n.spawned == n.succeeded + n.failed + n.cancelled + n.never_started + live &&
           static_cast<std::int64_t>(b.s.pending_count()) <= b.s.pending_limit();
  }
  bool at_rest() const {
    return b.s.empty() && b.s.blocked_count() == 0 && b.s.shield_count() == 0;
  }
  /// Lets everything end, so that the next chapter starts clean and memory stays bounded.
  void calm() {
    b.door.open();
    for (int round = 0; round < 10'000; ++round) {
      b.s.resume();
      for (const char* name : {"a", "b"}) b.s.set_pool(name, 3);  // bodies may have set it to 0
      b.io.restart();
      b.io.run_for(1ms);
      // At rest alone is not enough: what is still to run may spawn a job, and pause or close a
      // pool.
      if (at_rest() && b.io.stopped()) break;
    }
    jobs.clear();
    signals.clear();
    b.door.close();
  }

  std::mt19937_64 random;
  model counts;
  std::int64_t limit = 0;
  std::size_t running = 0;
  std::size_t most = 0;
  std::uint64_t told = 0;
  std::vector<std::unique_ptr<asio::cancellation_signal>> signals;
  bench b;
  std::vector<loop_job<>> jobs;
};

void rage(std::uint64_t operations) {
  const std::uint64_t seed = setting("WEIR_SEED", std::random_device{}());
  operations = setting("WEIR_OPERATIONS", operations);
  std::printf("stress: WEIR_SEED=%llu WEIR_OPERATIONS=%llu\n",
              static_cast<unsigned long long>(seed), static_cast<unsigned long long>(operations));
  std::fflush(stdout);
  std::uint64_t done = 0;
  std::uint64_t ended = 0;
  while (done < operations) {
    storm s(seed + done, scheduler_options().limit(4).pending_limit(12).close_timeout(1ms));
    for (const char* name : {"a", "b"}) s.b.s.set_pool(name, 2);
    for (int chapter = 0; chapter < 10 && done < operations; ++chapter) {
      for (int i = 0; i < 1000; ++i, ++done) {
        s.operate(true);
        if (!s.holds()) FAIL("after operation " << done << ": " << to_string(s.b.s));
      }
      s.calm();
      INFO(to_string(s.b.s));
      REQUIRE(s.holds());
      REQUIRE(s.b.s.empty());
      REQUIRE(s.b.s.blocked_count() == 0);
      REQUIRE(s.b.s.shield_count() == 0);
      REQUIRE(s.b.s.slots_used() == 0);
      REQUIRE(s.b.s.pool_used("a") + s.b.s.pool_used("b") == 0);
      REQUIRE(s.running == 0);
    }
    ended += s.counts.ended;
    s.b.await(s.b.s.close());
  }
  CHECK(ended > operations / 20);
}

}  // namespace

TEST_CASE("counts equal a model's after each of many random operations") {
  rage(100'000);
}

TEST_CASE("counts equal a model's after each of a million random operations", "[.long]") {
  rage(1'000'000);
}
