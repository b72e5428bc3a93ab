#include "report/run_comparison.hpp"

#include <algorithm>

#include "support/catch.hpp"

using namespace weir;
using namespace std::chrono_literals;
using words = std::vector<std::string>;

namespace {

struct told_run {
  run_ends ends;
  std::string id;
  std::uint64_t seq = 0;
  std::string why;      ///< it was stopped
  bool killed = false;  ///< it says nothing at its end

  told_run() { run("r"); }
  journal_entry entry(journal_entry::kind what, const std::string& name = {}) const {
    journal_entry e;
    e.what = what;
    e.run = id;
    e.seq = seq;
    e.name = name;
    for (std::size_t i = 0; i < std::min<std::size_t>(name.size(), 16); ++i)
      e.key[i] = static_cast<std::uint8_t>(name[i]);
    return e;
  }
  void run(const std::string& name, bool resumed = false) {
    id = name;
    auto e = entry(journal_entry::kind::run);
    e.resumed = resumed;
    ends.take(e);
  }
  told_run& start(const std::string& name, const std::string& again = {}) {
    ++seq;
    auto e = entry(journal_entry::kind::start, name);
    e.again = again;
    ends.take(e);
    return *this;
  }
  told_run& end(const std::string& name, std::chrono::nanoseconds took, outcome how,
                unsigned attempts) {
    auto e = entry(journal_entry::kind::end, name);
    e.judged = how == outcome(exited{0})                    ? verdict::succeeded
               : std::holds_alternative<cancelled>(how)     ? verdict::cancelled
               : std::holds_alternative<weir::skipped>(how) ? verdict::skipped
                                                            : verdict::failed;
    e.how = std::move(how);
    e.last = true;
    e.attempt = attempts;
    e.took = took;
    ends.take(e);
    return *this;
  }
  told_run& job(const std::string& name, std::chrono::nanoseconds took, outcome how = exited{0},
                unsigned attempts = 1, const std::string& again = {}) {
    return start(name, again).end(name, took, std::move(how), attempts);
  }
  told_run& dropped(const std::string& name, outcome how) {
    ++seq;
    return end(name, 0s, std::move(how), 0);
  }
  run_ends finished() const {
    run_ends all = ends;
    auto e = entry(journal_entry::kind::finish);
    e.stopped = why;
    if (!killed) all.take(e);
    return all;
  }
};

words compared(const told_run& before, const told_run& now) {
  return compare(before.finished(), now.finished()).lines;
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
  CHECK(compare(before.finished(), now.finished()).is_worse);
}

TEST_CASE("what takes a little longer, or less than a fifth, is not slower") {
  told_run before;
  before.job("quick", 1ms).job("long", 10s).job("faster", 3s);
  told_run now;
  now.job("quick", 90ms).job("long", 11s).job("faster", 1s);
  CHECK(compared(before, now) == words{"3 jobs in both"});
  CHECK_FALSE(compare(before.finished(), now.finished()).is_worse);
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

TEST_CASE("a run is compared with all that its journal knows of the runs that it resumed") {
  told_run once;
  once.job("a", 1s).job("b", 1s, exited{2}).job("c", 1s);
  told_run resumed;
  resumed.job("a", 1s).job("b", 1s, exited{2}).start("c");
  resumed.run("s", true);
  resumed.job("b", 1s, exited{2}, 1, "failed").job("c", 1s, exited{0}, 1, "unfinished");
  CHECK(compared(once, resumed) == words{"3 jobs in both"});
  CHECK(compared(resumed, once) == words{"3 jobs in both"});
}

TEST_CASE("what did not run to its end in the new run is worse") {
  told_run before;
  before.job("a", 1s).job("b", 1s, exited{2}).job("c", 1s).job("d", 1s).start("e");
  told_run killed;
  killed.job("a", 1s).start("b").start("e");
  killed.killed = true;
  CHECK(compared(before, killed) ==
        words{"not run b: unfinished; failed before",
              "not run c: the run did not come to its end; succeeded before",
              "not run d: the run did not come to its end; succeeded before",
              "5 jobs in both, 3 not run"});
  CHECK(compare(before.finished(), killed.finished()).is_worse);
  CHECK(compared(killed, killed) == words{"3 jobs in both"});

  told_run stopped;
  stopped.job("a", 1s).job("b", 1s, cancelled{true});
  stopped.why = "SIGINT";
  CHECK(compared(before, stopped) ==
        words{"not run b: cancelled; failed before",
              "not run c: the run was stopped by SIGINT; succeeded before",
              "not run d: the run was stopped by SIGINT; succeeded before",
              "5 jobs in both, 3 not run"});
}

TEST_CASE(
    "a job that was skipped because of a failure is worse, one that no failure called is not") {
  told_run before;
  before.job("a", 1s).job("b", 1s).job("c", 1s).job("gone", 1s);
  told_run now;
  now.job("a", 1s).dropped("b", skipped{"needs x, which failed"});
  now.dropped("c", skipped{"needs the failure of x, which succeeded"});
  CHECK(compared(before, now) ==
        words{"not run b: skipped: needs x, which failed; succeeded before",
              "3 jobs in both, 1 not run, 1 gone"});
  told_run elsewhere;
  elsewhere.job("a", 1s).job("b", 1s).job("c", 1s).dropped("/gone",
                                                           skipped{"needs x, which failed"});
  CHECK(compared(before, elsewhere) ==
        words{"not run gone: the run did not start 1 job; succeeded before",
              "4 jobs in both, 1 not run"});
}

TEST_CASE("of several runs in a journal the last is compared") {
  told_run twice;
  twice.job("a", 1s);
  twice.run("r");
  twice.job("b", 1s);
  CHECK(twice.ends.named().size() == 1);
  CHECK(twice.ends.named().contains("b"));
}
