// A job for every element of a range.
#include <ranges>
#include <string>

#include <weir/for_each.hpp>

#include "bench.hpp"

TEST_CASE("for_each runs every element and waits for the last") {
  bench b(scheduler_options().limit(2));
  std::vector<int> items{1, 2, 3, 4, 5};
  b.await(for_each(b.s, items, [&b](int i) { return b.note(i); }));
  CHECK(b.ran == items);
  CHECK(b.s.empty());
}

TEST_CASE("for_each over a hundred thousand elements keeps a bounded number under way") {
  bench b(scheduler_options().limit(3));
  std::size_t most = 0;
  long sum = 0;
  const auto add = [&](int i) -> awaitable<> {
    most = std::max(most, b.s.size());
    sum += i;
    co_return;
  };
  b.await(for_each(b.s, std::views::iota(0, 20'000), add));
  CHECK(sum == 199'990'000L);
  CHECK(most <= 6);
}

TEST_CASE("a slow element does not keep for_each from the others") {
  bench b(scheduler_options().limit(2));
  started all;
  b.start(all, for_each(b.s, std::views::iota(0, 4000),
                        [&b](int i) { return i == 0 ? b.note_at_door(i) : b.note(i); }));
  CHECK_FALSE(all.done);
  b.door.open();
  b.settle();
  CHECK(all.done);
  CHECK(b.ran.size() == 4000);
}

TEST_CASE("the first failure ends for_each: the rest is cancelled, waited for and not read") {
  bench b(scheduler_options().limit(2));
  int read = 0;
  const auto counted = std::views::iota(0, 1000) | std::views::transform([&read](int i) {
                         ++read;
                         return i;
                       });
  const auto body = [&b](int i) { return i == 1 ? b.fail("element 1") : b.for_ever(); };
  CHECK_THROWS_WITH(b.await(for_each(b.s, counted, body)), "element 1");
  CHECK(read <= 5);
  CHECK(b.s.empty());
  CHECK(b.errors.empty());
}

TEST_CASE("cancelling for_each cancels its jobs and waits for them") {
  bench b(scheduler_options().limit(2));
  started all;
  b.start(all, for_each(b.s, std::views::iota(0, 10), [&b](int) { return b.for_ever(); }));
  all.cancel.emit(asio::cancellation_type::terminal);
  b.settle();
  CHECK(all.was_cancelled());
  CHECK(b.s.empty());
}

TEST_CASE("map_to gives results in the order of the range, whatever order they end in") {
  bench b(scheduler_options().limit(4));
  std::vector<std::string> results;
  const auto body = [&b](int i) -> awaitable<std::string> {
    if (i == 0) co_await b.door.pass();
    if (i == 3) b.door.open();
    co_return std::to_string(i);
  };
  b.await(map_to(b.s, std::views::iota(0, 6), body,
                 [&results](std::string s) { results.push_back(std::move(s)); }));
  CHECK(results == std::vector<std::string>{"0", "1", "2", "3", "4", "5"});
}

TEST_CASE("map gives the results of a range in its order") {
  bench b(scheduler_options().limit(2));
  const auto twice = [](int i) -> awaitable<int> { co_return 2 * i; };
  CHECK(b.await(map(b.s, std::vector<int>{3, 1, 2}, twice)) == std::vector<int>{6, 2, 4});
}

TEST_CASE("map_to rethrows the failure of an element, after the others have ended") {
  bench b(scheduler_options().limit(2));
  const auto body = [&b](int i) -> awaitable<int> {
    if (i == 2) throw std::runtime_error("element 2");
    co_return i;
  };
  std::vector<int> results;
  CHECK_THROWS_WITH(b.await(map_to(b.s, std::views::iota(0, 100), body,
                                   [&results](int i) { results.push_back(i); })),
                    "element 2");
  CHECK(results.size() <= 2);
  CHECK(b.s.empty());
}
