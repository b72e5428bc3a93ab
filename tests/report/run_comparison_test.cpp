#include "report/run_comparison.hpp"

#include "support/catch.hpp"

using namespace weir;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

struct told_run {
  run_ends ends;
  std::uint64_t seq = 0;

  told_run() { run("r"); }
  void run(const std::string& id) {
    journal_entry e;
    e.what = journal_entry::kind::run;
    e.run = id;
    ends.take(e);
  }
  told_run& job(const std::string& name, std::chrono::nanoseconds took, outcome how = exited{0},
                unsigned attempts = 1) {
    journal_entry e;
    e.what = journal_entry::kind::start;
    e.run = "r";
    e.seq = ++seq;
    e.name = name;
    ends.take(e);
    e.what = journal_entry::kind::end;
    e.judged = how == outcome(exited{0}) ? verdict::succeeded : verdict::failed;
    e.how = std::move(how);
    e.last = true;
    e.attempt = attempts;
    e.took = took;
    ends.take(e);
    return *this;
  }
};

words compared(const told_run& before, const told_run& now) {
  return compare(before.ends, now.ends).lines;
}

}  // namespace

TEST_CASE("a comparison tells what fails, is flaky, slower or fixed, the slowest first") {
  told_run before;
  before.job("a", 1s).job("b", 1s).job("c", 1s).job("d", 1s).job("e", 1s, exited{2});
  told_run now;
  now.job("a", 1s, exited{3}).job("b", 1s, exited{0}, 2).job("c", 2s).job("d", 9s).job("e", 1s);
  CHECK(compared(before, now) == words{"failed  a: exit 3; succeeded before",
                                       "flaky   b: succeeded at attempt 2, previously at attempt 1",
                                       "slower  d: 9s, was 1s", "slower  c: 2s, was 1s",
                                       "fixed   e: exit 2 before",
                                       "5 jobs in both, 1 failed, 1 flaky, 2 slower, 1 fixed"});
  CHECK(compare(before.ends, now.ends).is_worse);
}

TEST_CASE("what takes a little longer, or less than a fifth, is not slower") {
  told_run before;
  before.job("quick", 1ms).job("long", 10s).job("faster", 3s);
  told_run now;
  now.job("quick", 90ms).job("long", 11s).job("faster", 1s);
  CHECK(compared(before, now) == words{"3 jobs in both"});
  CHECK_FALSE(compare(before.ends, now.ends).is_worse);
}

TEST_CASE(
    "jobs of one title are told_run apart by their order, and what is new or gone is counted") {
  told_run before;
  before.job("a", 1s).job("a", 1s).job("b", 1s);
  told_run now;
  now.job("a", 1s).job("a", 5s).job("c", 1s).job("d\n", 1s);
  CHECK(compared(before, now) ==
        words{"slower  a (2): 5s, was 1s", "2 jobs in both, 1 slower, 2 new, 1 gone"});
}

TEST_CASE("of several runs in a journal the last is compared") {
  told_run twice;
  twice.job("a", 1s);
  twice.run("r");
  twice.job("b", 1s);
  CHECK(twice.ends.all().size() == 1);
  CHECK(twice.ends.all().contains("b"));
}
