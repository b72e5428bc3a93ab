/// Every interleaving of a few operations with the steps of a few jobs, one after the other.
///
/// A case is a handful of jobs and three operations in order. The loop runs its handlers in one
/// order, so an interleaving is how many of them run before each operation: all such numbers are
/// tried, which puts each operation, cancellations included, at every point at which anything is
/// suspended. After every step the counts must add up; at the end everything has ended, once.
#include <array>
#include <cstdio>
#include <list>
#include <string>
#include <vector>

#include "bench.hpp"

namespace {

/// What a job does once it runs.
enum class habit { returns, waits, fails, stubborn };

struct operation {
  enum class kind {
    cancel_spawn,  ///< the coroutine that spawns the job
    cancel_job,
    drop_job,
    wait_for_job,
    cancel_wait,  ///< the coroutines that wait for the job
    close_job,
    open_door,
    pause,
    resume,
    more_slots,
    drop_pending,
    close_all,
  };
  kind what;
  std::size_t job = 0;
};

std::string text(const std::vector<operation>& operations, const std::vector<int>& gaps) {
  std::string all;
  for (std::size_t i = 0; i < operations.size(); ++i)
    all += " after " + std::to_string(gaps[i]) + " steps operation " +
           std::to_string(static_cast<int>(operations[i].what)) + " of job " +
           std::to_string(operations[i].job) + ';';
  return all;
}

struct exploration {
  std::vector<habit> jobs;
  std::int64_t limit = 1;
  std::int64_t pending_limit = 1;
};

/// One interleaving.
class world {
 public:
  explicit world(const exploration& plan)
      : plan_(plan),
        b_(scheduler_options()
               .limit(plan.limit)
               .pending_limit(plan.pending_limit)
               .close_timeout(forever)
               .on_error([](const error_context&) {})
               .on_event([this](const scheduler_event& e) { hear(e); })),
        bodies_(plan.jobs.size()),
        handles_(plan.jobs.size()),
        spawns_(plan.jobs.size()),
        waits_(plan.jobs.size()) {
    for (std::size_t i = 0; i < plan.jobs.size(); ++i) launch(spawns_[i], spawn(i));
  }

  /// Runs one handler. \returns whether there was one.
  bool step() {
    if (b_.io.stopped()) b_.io.restart();
    return b_.io.poll_one() > 0;
  }

  void act(const operation& o) {
    using kind = operation::kind;
    const loop_job<> job = handles_[o.job];
    switch (o.what) {
      case kind::cancel_spawn:
        return spawns_[o.job].cancel.emit(asio::cancellation_type::terminal);
      case kind::cancel_job:
        return job ? (void)job.cancel() : void();
      case kind::drop_job:
        return job ? (void)job.drop() : void();
      case kind::wait_for_job:
        return job ? launch(waits_[o.job].emplace_back(), wait(job)) : void();
      case kind::cancel_wait:
        for (started& each : waits_[o.job]) each.cancel.emit(asio::cancellation_type::terminal);
        return;
      case kind::close_job:
        return job ? launch(others_.emplace_back(), close(job)) : void();
      case kind::open_door:
        return b_.door.open();
      case kind::pause:
        paused_ = true;
        return b_.s.pause();
      case kind::resume:
        paused_ = false;
        return b_.s.resume();
      case kind::more_slots:
        return b_.s.set_limit(plan_.limit + 1);
      case kind::drop_pending:
        return (void)b_.s.drop_pending();
      case kind::close_all:
        return launch(others_.emplace_back(), close_it(b_.s));
    }
  }

  /// What does not add up; empty: nothing.
  std::string fault() const {
    const job_counters n = b_.s.counters();
    if (!wrong_.empty()) return wrong_;
    if (b_.s.size() != alive_ || b_.s.active_count() != active_) return "counts of jobs";
    if (n.spawned != n.succeeded + n.failed + n.cancelled + n.never_started + alive_)
      return "counters";
    if (running_ > active_) return "a body runs without a place";
    if (static_cast<std::int64_t>(b_.s.pending_count()) > plan_.pending_limit) return "pending";
    if (b_.s.blocked_count() > 0 &&
        static_cast<std::int64_t>(b_.s.pending_count()) < plan_.pending_limit)
      return "a spawn waits, and there is a place";
    return {};
  }

  /// Lets all of it end.
  std::string finish() {
    b_.door.open();
    if (paused_) b_.s.resume();
    for (int steps = 0; step(); ++steps) {
      if (steps > 10'000) return "it never ends";
      if (std::string wrong = fault(); !wrong.empty()) return wrong;
    }
    const bool empty = b_.s.empty() && b_.s.blocked_count() == 0 && b_.s.shield_count() == 0;
    if (!empty || b_.s.slots_used() != 0 || running_ != 0) return "something is left";
    for (const started& each : spawns_)
      if (!each.done) return "a spawn never ended";
    for (const auto& of_job : waits_)
      for (const started& each : of_job)
        if (!each.done) return "a wait never ended";
    for (const started& each : others_)
      if (!each.done) return "a close never ended";
    for (const int times : bodies_)
      if (times > 1) return "a body ran twice";
    return {};
  }

 private:
  awaitable<> spawn(std::size_t i) { handles_[i] = co_await b_.s.spawn(body(i)); }
  awaitable<> wait(loop_job<> job) { (void)co_await job.wait(); }
  awaitable<> close(loop_job<> job) { (void)co_await job.close(); }
  awaitable<> body(std::size_t i) {
    ++bodies_[i];
    ++running_;
    struct leave {
      std::size_t& n;
      ~leave() { --n; }
    } const on_exit{running_};
    if (plan_.jobs[i] == habit::waits) co_await b_.door.pass();
    if (plan_.jobs[i] == habit::stubborn) co_await b_.door.pass_stubbornly();
    if (plan_.jobs[i] == habit::fails) throw std::runtime_error("explored");
  }
  /// Not before its first step may it be cancelled; see stress_test.cpp.
  void launch(started& s, awaitable<> work) {
    asio::post(b_.io, [this, &s, work = std::move(work)]() mutable {
      asio::co_spawn(b_.io, std::move(work),
                     asio::bind_cancellation_slot(s.cancel.slot(), [this, &s](std::exception_ptr) {
                       if (s.done) wrong_ = "a coroutine ended twice";
                       s.done = true;
                     }));
    });
  }
  void hear(const scheduler_event& e) {
    using kind = scheduler_event::kind;
    if (seen_.size() <= e.job.id()) seen_.resize(e.job.id() + 1);
    std::array<bool, 3>& seen = seen_[e.job.id()];
    if (std::exchange(seen[static_cast<std::size_t>(e.what)], true)) wrong_ = "an event twice";
    if (!seen[0] || (e.what != kind::ended && seen[2])) wrong_ = "events out of order";
    if (e.what == kind::spawned) ++alive_;
    if (e.what == kind::started) ++active_;
    if (e.what != kind::ended) return;
    --alive_;
    if (seen[1]) --active_;
  }

  const exploration& plan_;
  std::string wrong_;
  bool paused_ = false;
  std::vector<std::array<bool, 3>> seen_;  ///< events, by job
  std::size_t alive_ = 0, active_ = 0, running_ = 0;
  bench b_;
  std::vector<int> bodies_;
  std::vector<loop_job<>> handles_;
  std::vector<started> spawns_;
  std::vector<std::list<started>> waits_;
  std::list<started> others_;
};

/// \returns before which operation the loop had nothing left to do; that of none: -1.
int live(const exploration& plan, const std::vector<operation>& operations,
         const std::vector<int>& gaps) {
  world w(plan);
  std::string wrong;
  int idle = -1;
  for (std::size_t i = 0; i < operations.size() && wrong.empty(); ++i) {
    for (int n = gaps[i]; n > 0 && wrong.empty(); --n) {
      if (!w.step()) {
        idle = static_cast<int>(i);
        break;
      }
      wrong = w.fault();
    }
    w.act(operations[i]);
    if (wrong.empty()) wrong = w.fault();
  }
  if (wrong.empty()) wrong = w.finish();
  if (!wrong.empty()) FAIL(wrong << text(operations, gaps));
  return idle;
}

/// All numbers of steps before each operation. \returns how many interleavings there were.
std::uint64_t explore(const exploration& plan, const std::vector<operation>& operations) {
  std::uint64_t lived = 0;
  std::vector<int> gaps(operations.size(), 0);
  for (;;) {
    const int idle = live(plan, operations, gaps);
    ++lived;
    // Where the loop has nothing left to do, more steps change nothing: the one before goes on.
    std::size_t next = idle < 0 ? gaps.size() : static_cast<std::size_t>(idle);
    if (next == 0) return lived;
    --next;
    ++gaps[next];
    for (std::size_t i = next + 1; i < gaps.size(); ++i) gaps[i] = 0;
  }
}

/// All choices of so many of these operations, in every order.
std::uint64_t explore_all(const exploration& plan, const std::vector<operation>& any,
                          std::size_t count) {
  std::uint64_t lived = 0;
  std::vector<std::size_t> chosen(count, 0);
  for (bool more = true; more;) {
    std::vector<operation> operations;
    for (const std::size_t each : chosen) operations.push_back(any[each]);
    lived += explore(plan, operations);
    more = false;
    for (std::size_t i = 0; i < count && !more; ++i) {
      more = ++chosen[i] < any.size();
      if (!more) chosen[i] = 0;
    }
  }
  return lived;
}

using kind = operation::kind;

void tell(const char* what, std::uint64_t lived) {
  std::printf("exploration: %s: %llu interleavings\n", what,
              static_cast<unsigned long long>(lived));
  std::fflush(stdout);
}

}  // namespace

TEST_CASE("two jobs keep their counts in every interleaving with three operations") {
  const std::vector<operation> any{{kind::cancel_spawn, 1},
                                   {kind::cancel_job, 0},
                                   {kind::wait_for_job, 0},
                                   {kind::cancel_wait, 0},
                                   {kind::close_all, 0}};
  const exploration waiting{{habit::waits, habit::returns}, 1, 0};
  const std::uint64_t lived = explore_all(waiting, any, 3);
  tell("two jobs, three operations", lived);
  CHECK(lived > 1000);
}

TEST_CASE("four jobs keep their counts in every interleaving with two operations") {
  const std::vector<operation> any{{kind::cancel_spawn, 3}, {kind::cancel_spawn, 1},
                                   {kind::cancel_job, 0},   {kind::drop_job, 1},
                                   {kind::close_job, 1},    {kind::open_door, 0},
                                   {kind::more_slots, 0},   {kind::close_all, 0}};
  const exploration mixed{{habit::waits, habit::fails, habit::stubborn, habit::returns}, 1, 1};
  const std::uint64_t lived = explore_all(mixed, any, 2);
  tell("four jobs, two operations", lived);
  CHECK(lived > 1000);
}

TEST_CASE("up to four jobs keep their counts in every interleaving with three operations",
          "[.exploration]") {
  std::uint64_t lived = 0;
  for (const std::int64_t limit : {1, 2})
    for (const std::int64_t pending : {0, 1})
      for (std::size_t jobs = 1; jobs <= 4; ++jobs) {
        exploration plan{
            {habit::waits, habit::stubborn, habit::fails, habit::returns}, limit, pending};
        plan.jobs.resize(jobs);
        const std::size_t last = jobs - 1;
        lived += explore_all(plan,
                             {{kind::cancel_spawn, last},
                              {kind::cancel_job, 0},
                              {kind::drop_job, last},
                              {kind::wait_for_job, 0},
                              {kind::cancel_wait, 0},
                              {kind::close_job, 0},
                              {kind::open_door, 0},
                              {kind::pause, 0},
                              {kind::resume, 0},
                              {kind::more_slots, 0},
                              {kind::drop_pending, 0},
                              {kind::close_all, 0}},
                             3);
        tell("so far", lived);
      }
  CHECK(lived > 100'000);
}
