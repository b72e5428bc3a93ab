#include <weir/detail/record_pool.hpp>

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using weir::detail::record_pool;

// A sanitizer should see each use after free: nothing is kept there.
#if !defined(__SANITIZE_ADDRESS__)
TEST_CASE("a record's memory is that of the latest that ended, of the same size") {
  record_pool pool;
  void* const first = pool.take(200);
  void* const second = pool.take(200);
  void* const larger = pool.take(216);
  CHECK(first != second);
  pool.give(first, 200);
  pool.give(second, 200);
  pool.give(larger, 216);
  CHECK(pool.take(100) == second);
  CHECK(pool.take(216) == larger);
  CHECK(pool.take(200) == first);
  for (auto [at, size] : {std::pair{first, 200}, {second, 200}, {larger, 216}})
    pool.give(at, static_cast<std::size_t>(size));
}

TEST_CASE("many records are given out again in the reverse of the order in which they ended") {
  record_pool pool;
  for (int i = 0; i < 20'000; ++i) pool.give(pool.take(250), 250);  // one at a time, for long
  std::vector<void*> records(50);
  for (void*& at : records) at = pool.take(250);
  for (void* const at : records) pool.give(at, 250);
  for (std::size_t i = records.size(); i > 0; --i) CHECK(pool.take(250) == records[i - 1]);
  for (void* const at : records) pool.give(at, 250);
}

TEST_CASE("records whose sizes malloc rounds to one are of one size") {
  record_pool pool;
  void* const at = pool.take(201);
  pool.give(at, 201);
  void* const again = pool.take(216);
  CHECK(again == at);
  pool.give(again, 216);
  void* const next = pool.take(217);
  CHECK(next != at);
  pool.give(next, 217);
}

TEST_CASE("what is larger than any record is not kept for others") {
  record_pool pool;
  for (const std::size_t size : {std::size_t{312}, std::size_t{313}, std::size_t{100'000}}) {
    void* const at = pool.take(size);
    REQUIRE(at != nullptr);
    pool.give(at, size);
  }
}

TEST_CASE("what is not kept for others goes back") {
  record_pool pool;
  const std::size_t before = mallinfo2().uordblks;
  for (int i = 0; i < 50; ++i) pool.give(pool.take(50'000), 50'000);
  CHECK(mallinfo2().uordblks <= before + 50'000);
}

TEST_CASE("the memory of a crowd of records goes back, but for a bounded part") {
  record_pool pool;
  std::vector<void*> crowd(20'000);
  for (void*& at : crowd) at = pool.take(200);
  const std::set<void*> first(crowd.begin(), crowd.begin() + 16'384);
  for (void* const at : crowd) pool.give(at, 200);
  for (int i = 0; i < 16'384; ++i)
    CHECK(first.count(crowd[static_cast<std::size_t>(i)] = pool.take(200)) == 1);
  for (int i = 0; i < 16'384; ++i) pool.give(crowd[static_cast<std::size_t>(i)], 200);
}
#endif

TEST_CASE("several threads can take and give records at once, and none is given out twice") {
  record_pool pool;
  std::atomic<int> shared = 0;
  const auto work = [&](unsigned char mark) {
    for (int i = 0; i < 20'000; ++i) {
      auto* const at = static_cast<unsigned char*>(pool.take(200));
      std::fill_n(at, 200, mark);
      std::atomic_signal_fence(std::memory_order_seq_cst);
      if (!std::all_of(at, at + 200, [mark](unsigned char c) { return c == mark; })) ++shared;
      pool.give(at, 200);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned char i = 1; i <= 4; ++i) threads.emplace_back(work, i);
  for (std::thread& one : threads) one.join();
  CHECK(shared == 0);
}
