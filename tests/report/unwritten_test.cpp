#include "support/catch.hpp"

#include "report/unwritten.hpp"

using namespace weir;

TEST_CASE("what waits before an output is known job by job, in part, too") {
  waiting_bytes waiting;
  waiting.add(1, 0, 10, 0);
  waiting.add(1, 10, 20, 0);
  waiting.add(2, 25, 30, 5);  // 20 to 25 are nobody's
  unwritten_bytes left;
  waiting.count(5, left);
  CHECK(left == unwritten_bytes{{1, 15}, {2, 5}});
  waiting.add(3, 30, 40, 27);
  left.clear();
  waiting.count(27, left);
  CHECK(left == unwritten_bytes{{2, 3}, {3, 10}});
  left.clear();
  waiting.count(40, left);
  CHECK(left.empty());
}

TEST_CASE("a million jobs before an output that keeps up leave nothing") {
  waiting_bytes waiting;
  for (std::uint64_t i = 0; i < 1000000; ++i) waiting.add(i, i, i + 1, i);
  unwritten_bytes left;
  waiting.count(999999, left);
  CHECK(left == unwritten_bytes{{999999, 1}});
}

TEST_CASE("what was not written is told in words, the first jobs by number") {
  CHECK(describe(unwritten_bytes{}).empty());
  CHECK(describe({{7, 1}}) == "1 byte of job 7");
  CHECK(describe({{1, 5}, {2, 3}, {9, 1}}) ==
        "5 bytes of job 1, 3 bytes of job 2 and 1 byte of job 9");
  unwritten_bytes many;
  for (std::uint64_t seq = 1; seq <= 9; ++seq) many[seq] = 2;
  CHECK(describe(many).ends_with("2 bytes of job 8 and 2 bytes of job 9"));
  many[10] = 2;
  CHECK(describe(many).ends_with("2 bytes of job 8 and 4 bytes of 2 more jobs"));
}
