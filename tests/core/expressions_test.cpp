// Several co_await in one expression, on two strands. GCC 12 suspends for all of them before it
// asks any for its result (f(co_await a, co_await b), a + b, {a, b}, out << a << b; not `,` and
// &&), so what holds a result until then must not be on a stack that is gone: run it under ASan.
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <weir/completions.hpp>
#include <weir/for_each.hpp>

#include "two_strands.hpp"

namespace {

constexpr int rounds = 30;
const std::string long_text(60, 'x');

/// Ends after its job's other thread had something to do.
asio::awaitable<std::string> give(int n) {
  asio::any_io_executor here = co_await asio::this_coro::executor;
  for (int turn = 0; turn < n % 3; ++turn) co_await asio::post(here, asio::use_awaitable);
  co_return long_text + std::to_string(n);
}
asio::awaitable<int> number(int n) {
  co_return n;
}
asio::awaitable<std::string> refuse(std::string text) {
  throw std::runtime_error(text);
  co_return "";
}

std::string joined(const std::string& a, const std::string& b, const std::string& c = "") {
  return a.substr(60) + b.substr(60) + (c.empty() ? "" : c.substr(60));
}

template <typename Use>
void each_round(Use use) {
  for (int round = 0; round < rounds; ++round) {
    two_strands t;
    t.run(use(t.s));
    t.run(t.s.wait_and_close());
  }
}

}  // namespace

TEST_CASE("waits in one expression give what each job ended with") {
  each_round([](scheduler& s) -> asio::awaitable<void> {
    const job<std::string> a = co_await s.spawn(give(1));
    const job<std::string> b = co_await s.spawn(give(2));
    const job<std::string> c = co_await s.spawn(give(3));
    const std::string all = joined(co_await a, co_await b.wait(), co_await c.wait_or_leave(60s));
    CHECK(all == "123");
    const std::string late = joined(co_await a.wait_or_cancel(60s), co_await b.take());
    CHECK(late == "12");
    const std::pair<std::string, std::string> two(co_await a.wait(), co_await c.take());
    CHECK(joined(two.first, two.second) == "13");
  });
}

TEST_CASE("jobs that are spawned and awaited in one expression give what they ended with") {
  each_round([](scheduler& s) -> asio::awaitable<void> {
    const int sum = co_await (co_await s.spawn(number(1))).wait() +
                    co_await (co_await s.spawn(number, 2)).wait() + co_await s.shield(number(3)) +
                    co_await s.shield(number, 4);
    CHECK(sum == 10);
  });
}

TEST_CASE("shields in one expression give what each ended with") {
  each_round([](scheduler& s) -> asio::awaitable<void> {
    const std::string all = joined(co_await s.shield(give, 4), co_await s.shield(give(5)));
    CHECK(all == "45");
  });
}

TEST_CASE("jobs on strands of their own give what each ended with in one expression") {
  each_round([](scheduler& s) -> asio::awaitable<void> {
    const asio::any_io_executor here = co_await asio::this_coro::executor;
    const job<std::string> a = co_await s.spawn(job_options().executor(here), give, 6);
    const job<std::string> b = co_await s.spawn(job_options().executor(here), give, 7);
    const std::string all = joined(co_await a, co_await b);
    CHECK(all == "67");
  });
}

TEST_CASE("a failure in an expression is thrown after the other operands were awaited") {
  each_round([](scheduler& s) -> asio::awaitable<void> {
    const job<std::string> bad = co_await s.spawn(refuse, long_text);
    const job<std::string> good = co_await s.spawn(give, 8);
    std::string said;
    try {
      said = joined(co_await bad, co_await good.wait());
    } catch (const std::runtime_error& e) {
      said = e.what();
    }
    CHECK(said == long_text);
    try {
      said = joined(co_await good.take(), co_await bad.take());
    } catch (const std::runtime_error& e) {
      said = std::string("again ") + e.what();
    }
    CHECK(said == "again " + long_text);
  });
}

TEST_CASE("completions, ranges and reports can be operands of one expression") {
  each_round([](scheduler& s) -> asio::awaitable<void> {
    const asio::any_io_executor home = s.get_executor();
    const auto at_home = [](scheduler& of) -> asio::awaitable<int> {
      completions<int> ended(of);
      ended.add(of.try_spawn(number(1)));
      ended.add(of.try_spawn(number(2)));
      const int ids = (co_await ended.next() ? 1 : 0) + (co_await ended.next() ? 1 : 0);
      const std::vector<int> numbers{1, 2};
      co_return ids + static_cast<int>((co_await map(of, numbers, number)).size() +
                                       (co_await map(of, numbers, number)).size());
    };
    const int found = co_await asio::co_spawn(home, at_home(s), asio::use_awaitable) +
                      co_await asio::co_spawn(home, at_home(s), asio::use_awaitable);
    CHECK(found == 12);
    const std::uint64_t ended =
        (co_await s.wait_and_close()).finished + (co_await s.wait_and_close()).finished;
    CHECK(ended <= 12);
  });
}

TEST_CASE("async_spawn as operand of one expression gives each its job") {
  each_round([](scheduler& s) -> asio::awaitable<void> {
    const std::string names = (co_await s.async_spawn(give(1), "one", asio::use_awaitable)).name() +
                              (co_await s.async_spawn(give(2), "two", asio::use_awaitable)).name();
    CHECK(names == "onetwo");
  });
}
