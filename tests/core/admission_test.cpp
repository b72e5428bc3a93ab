// Who starts next: decided by admission alone, with no coroutine, no loop and no clock.
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <weir/detail/scheduler_core.hpp>
#include <weir/scheduler_error.hpp>

#include "support/catch.hpp"

using namespace weir;
using namespace weir::detail;

namespace {

struct no_loop final : scheduler_core {
  no_loop() : scheduler_core({}) {}
  void post_pump() override {}
  void post(resumption) override {}
  void interrupt(job_node&, boost::asio::cancellation_type) override {}
  void arm_close_deadline(std::chrono::nanoseconds) override {}
  void disarm_close_deadline() noexcept override {}
};

struct plain_node final : job_node {
  using job_node::job_node;
  void drop_body() noexcept override {}
  void dispose() noexcept override {}
};

/// Jobs by number, in order of age.
struct queue {
  explicit queue(std::int64_t limit) : who(limit) {}

  int add(job_options options = {}) {
    auto made = std::make_unique<plain_node>(*core, std::source_location());
    made->claims = &who.intern(options);
    made->priority = options.priority();
    made->id = nodes.size() + 1;
    who.push(*made);
    nodes.push_back(std::move(made));
    return static_cast<int>(nodes.size());
  }
  /// Starts the next and gives its number; 0 when none may start.
  int start() {
    job_node* const next = who.pick();
    if (next == nullptr) return 0;
    who.remove(*next);
    who.take(*next->claims);
    return static_cast<int>(next->id);
  }
  void end(int number) { who.give_back(*node(number).claims); }
  job_node& node(int number) { return *nodes[static_cast<std::size_t>(number) - 1]; }

  counted_ptr<scheduler_core> core{new no_loop};
  admission who;
  std::vector<std::unique_ptr<plain_node>> nodes;
};

job_options heavy(std::uint32_t weight) {
  return job_options().weight(weight);
}
job_options from(const char* pool, std::uint32_t units = 1) {
  return job_options().pool(pool, units);
}

}  // namespace

TEST_CASE("jobs start by priority, then by age") {
  queue q(unlimited);
  const int low = q.add(job_options().priority(-1));
  const int a = q.add();
  const int high = q.add(job_options().priority(2));
  const int b = q.add();
  const int high_too = q.add(job_options().priority(2));
  CHECK(q.start() == high);
  CHECK(q.start() == high_too);
  CHECK(q.start() == a);
  CHECK(q.start() == b);
  CHECK(q.start() == low);
  CHECK(q.start() == 0);
}

TEST_CASE("a job that is moved to another priority keeps its age there") {
  queue q(unlimited);
  const int old = q.add();
  const int first = q.add(job_options().priority(1));
  const int second = q.add(job_options().priority(1));
  q.who.remove(q.node(old));
  q.node(old).priority = 1;
  q.who.push(q.node(old), true);
  q.who.remove(q.node(first));
  q.node(first).priority = 0;
  q.who.push(q.node(first), true);
  CHECK(q.start() == old);
  CHECK(q.start() == second);
  CHECK(q.start() == first);
}

TEST_CASE("a heavy job takes several slots") {
  queue q(4);
  const int three = q.add(heavy(3));
  const int one = q.add();
  const int another = q.add();
  CHECK(q.start() == three);
  CHECK(q.start() == one);
  CHECK(q.start() == 0);
  q.end(three);
  CHECK(q.start() == another);
}

TEST_CASE("a heavy job is not starved by light ones that come later") {
  queue q(4);
  std::vector<int> light;
  for (int i = 0; i < 4; ++i) light.push_back(q.add());
  for (int i = 0; i < 4; ++i) q.start();
  const int big = q.add(heavy(4));
  for (int i = 0; i < 4; ++i) q.add();
  for (int i = 0; i < 3; ++i) {
    q.end(light[static_cast<std::size_t>(i)]);
    CHECK(q.start() == 0);
  }
  q.end(light[3]);
  CHECK(q.start() == big);
}

TEST_CASE("a job heavier than the whole limit runs alone") {
  queue q(2);
  const int one = q.add();
  const int big = q.add(heavy(10));
  const int two = q.add();
  CHECK(q.start() == one);
  CHECK(q.start() == 0);
  q.end(one);
  CHECK(q.start() == big);
  CHECK(q.start() == 0);
  q.end(big);
  CHECK(q.start() == two);
}

TEST_CASE("a job that waits for a pool holds no slot, and lets others by") {
  queue q(2);
  q.who.set_pool("db", 1);
  const int user = q.add(from("db"));
  const int waits = q.add(from("db"));
  const int plain = q.add();
  CHECK(q.start() == user);
  CHECK(q.start() == plain);
  CHECK(q.start() == 0);
  q.end(user);
  CHECK(q.start() == waits);
}

TEST_CASE("a job starts when all of its pools fit, whatever else is pending") {
  queue q(unlimited);
  q.who.set_pool("a", 1);
  q.who.set_pool("b", 1);
  const int has_a = q.add(from("a"));
  CHECK(q.start() == has_a);
  const int both = q.add(job_options().pool("a").pool("b"));
  const int only_b = q.add(from("b"));
  CHECK(q.start() == only_b);  // b is free, and the job before it lacks a
  q.end(has_a);
  CHECK(q.start() == 0);
  q.end(only_b);
  CHECK(q.start() == both);
}

TEST_CASE("a large claim on a pool is not starved by small ones") {
  queue q(unlimited);
  q.who.set_pool("db", 2);
  const int a = q.add(from("db"));
  const int b = q.add(from("db"));
  CHECK(q.start() == a);
  CHECK(q.start() == b);
  const int large = q.add(from("db", 2));
  const int small = q.add(from("db"));
  q.end(a);
  CHECK(q.start() == 0);
  q.end(b);
  CHECK(q.start() == large);
  q.end(large);
  CHECK(q.start() == small);
}

TEST_CASE("a job whose pools are never free together has its turn in the end") {
  queue q(unlimited);
  q.who.set_pool("a", 1);
  q.who.set_pool("b", 1);
  int in_a = q.add(from("a"));
  q.start();
  const int both = q.add(job_options().pool("a").pool("b"));
  int in_b = q.add(from("b"));
  q.start();
  bool started = false;
  for (int round = 0; round < 200 && !started; ++round) {
    const int next_a = q.add(from("a"));
    q.end(in_a);
    in_a = q.start();
    const int next_b = q.add(from("b"));
    if (in_b != 0) q.end(in_b);
    in_b = q.start();
    started = in_a == both || in_b == both;
    if (in_a == 0 && in_b == 0) break;
    if (in_a == 0) in_a = next_a, q.who.take(*q.node(next_a).claims), q.who.remove(q.node(next_a));
    (void)next_b;
  }
  CHECK(started);
}

TEST_CASE(
    "a pool of no capacity holds its jobs back, and a claim above capacity has it for itself") {
  queue q(unlimited);
  q.who.set_pool("db", 0);
  const int job = q.add(from("db", 5));
  CHECK(q.start() == 0);
  q.who.set_pool("db", 2);
  CHECK(q.start() == job);
  q.add(from("db"));
  CHECK(q.start() == 0);
}

TEST_CASE("claims on the same pool add up, and those of nothing are refused") {
  queue q(unlimited);
  q.who.set_pool("db", 3);
  CHECK(q.who.intern(job_options().pool("db").pool("db", 2)).pools.front().second == 3);
  CHECK_THROWS_AS(q.who.intern(from("db", 0)), std::invalid_argument);
  CHECK_THROWS_AS(q.who.intern(heavy(0)), std::invalid_argument);
  CHECK_THROWS_AS(q.who.intern(from("nowhere")), scheduler_error);
}

TEST_CASE("while paused nothing is picked") {
  queue q(2);
  const int job = q.add();
  q.who.set_paused(true);
  CHECK(q.start() == 0);
  q.who.set_paused(false);
  CHECK(q.start() == job);
}

TEST_CASE("priority and age decide among jobs with different claims") {
  queue q(1);
  q.who.set_pool("db", 5);
  const int plain = q.add();
  const int pooled = q.add(from("db"));
  const int urgent = q.add(from("db", 2).priority(3));
  const int plain_too = q.add();
  std::vector<int> order;
  for (int i = 0; i < 4; ++i) {
    order.push_back(q.start());
    q.end(order.back());
  }
  CHECK(order == std::vector<int>{urgent, plain, pooled, plain_too});
}

TEST_CASE("there may be as many priorities as jobs, and no job is lost among them") {
  queue q(unlimited);
  std::vector<int> jobs;
  for (int i = -50; i <= 50; ++i) jobs.push_back(q.add(job_options().priority(i)));
  for (int i = 0; i <= 100; i += 2) q.who.remove(q.node(jobs[static_cast<std::size_t>(i)]));
  for (int i = 99; i > 0; i -= 2) CHECK(q.start() == jobs[static_cast<std::size_t>(i)]);
  CHECK(q.start() == 0);
  CHECK(q.who.nothing_queued());
  const int late = q.add(job_options().priority(7));
  CHECK(q.start() == late);
}

TEST_CASE("among several moved jobs the oldest starts first, also before those that were there") {
  queue q(unlimited);
  const int one = q.add(job_options().priority(1));
  const int two = q.add(job_options().priority(1));
  const int three = q.add();
  const int four = q.add();
  for (const int moved : {two, one}) {
    q.who.remove(q.node(moved));
    q.node(moved).priority = 0;
    q.who.push(q.node(moved), true);
  }
  q.who.remove(q.node(three));
  CHECK(q.start() == one);
  CHECK(q.start() == two);
  CHECK(q.start() == four);
  CHECK(q.start() == 0);
}

TEST_CASE("a moved job can be dropped, and is the youngest if nothing there is younger") {
  queue q(unlimited);
  const int one = q.add();
  const int two = q.add(job_options().priority(1));
  const int three = q.add();
  q.who.remove(q.node(two));
  q.node(two).priority = 0;
  q.who.push(q.node(two), true);
  q.who.remove(q.node(two));
  CHECK(q.start() == one);
  CHECK(q.start() == three);
  CHECK(q.start() == 0);
}

TEST_CASE("a job that is overtaken a few times reserves only the pools that it lacks") {
  queue q(unlimited);
  q.who.set_pool("a", 1);
  q.who.set_pool("b", 1);
  const int has_a = q.add(from("a"));
  CHECK(q.start() == has_a);
  const int both = q.add(job_options().pool("a").pool("b"));
  for (int i = 0; i < 5; ++i) {
    const int only_b = q.add(from("b"));
    CHECK(q.start() == only_b);
    CHECK(q.start() == 0);
    q.end(only_b);
  }
  q.end(has_a);
  CHECK(q.start() == both);
}

TEST_CASE("jobs without a pool overtake nobody who waits for one") {
  queue q(unlimited);
  q.who.set_pool("a", 1);
  q.who.set_pool("b", 1);
  const int has_a = q.add(from("a"));
  CHECK(q.start() == has_a);
  q.add(job_options().pool("a").pool("b"));
  for (int i = 0; i < 100; ++i) {
    const int plain = q.add();
    CHECK(q.start() == plain);
  }
  const int only_b = q.add(from("b"));
  CHECK(q.start() == only_b);
}

TEST_CASE("a class of claims that nobody has any more is forgotten, and can be had again") {
  queue q(4);
  q.who.set_pool("db", 1);
  const int one = q.add(from("db"));
  const int two = q.add(from("db"));
  const int three = q.add(from("db"));
  CHECK(q.node(one).claims == q.node(two).claims);
  for (const int gone : {one, two}) {
    q.who.remove(q.node(gone));
    q.who.release(*q.node(gone).claims);
  }
  CHECK(q.start() == three);
  q.end(three);
  q.who.release(*q.node(three).claims);
  const int again = q.add(from("db"));
  CHECK(q.start() == again);
  q.who.release(*q.node(q.add()).claims);
  const int plain = q.add();
  CHECK(q.start() == plain - 1);
  CHECK(q.start() == plain);
}

TEST_CASE("a plain job that goes leaves those with claims where they are") {
  queue q(1);
  q.who.set_pool("db", 1);
  const int busy = q.add();
  CHECK(q.start() == busy);
  const int pooled = q.add(from("db"));
  q.who.remove(q.node(q.add()));
  q.end(busy);
  CHECK(q.start() == pooled);
}

TEST_CASE("what is pending, of any claims, is found until it is gone") {
  queue q(1);
  q.who.set_pool("db", 1);
  CHECK(q.who.any() == nullptr);
  const int pooled = q.add(from("db"));
  const int heavy_one = q.add(heavy(2));
  const int plain = q.add();
  std::vector<std::uint64_t> seen;
  q.who.each([&](job_node& job) { seen.push_back(job.id); });
  CHECK(seen.size() == 3);
  CHECK(q.who.any() == &q.node(plain));
  q.who.remove(q.node(plain));
  for (int left = 2; left > 0; --left) {
    job_node* const found = q.who.any();
    REQUIRE(found != nullptr);
    CHECK((found == &q.node(pooled) || found == &q.node(heavy_one)));
    q.who.remove(*found);
  }
  CHECK(q.who.any() == nullptr);
}
