#include "process/process_tree.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <csignal>

using namespace weir;

namespace {

constexpr pid_t leader = 100;

process_entry process(pid_t pid, pid_t group = leader) {
  process_entry made;
  made.pid = pid;
  made.group = group;
  made.start_time = static_cast<std::uint64_t>(pid);
  return made;
}

struct tree_fixture : process_tree::owner {
  process_tree tree{{7, 1}, std::chrono::seconds(10), *this};
  process_tree::members there;
  pid_t waits_for_shield = 0;
  process_entry weir;  ///< inside of the job
  std::vector<pid_t> started_by_it{};
  int gone = 0;
  int shields_were_gone = 0;

  tree_fixture() { tree.started(leader); }
  void tree_gone() override { ++gone; }
  void shields_gone() override { ++shields_were_gone; }

  process_tree::surroundings around() {
    return {[this](const process_entry& one) { return one.pid == waits_for_shield; },
            [this](const process_entry& one) {
              return std::ranges::count(started_by_it, one.pid) > 0 ? &weir : nullptr;
            }};
  }
  /// The group first, if it is sent the signal, then the pids that are, each by itself.
  static std::vector<pid_t> sent(const process_tree::orders& orders) {
    std::vector<pid_t> pids;
    if (orders.group) pids.push_back(-leader);
    for (const auto& one : orders.processes) pids.push_back(one.pid);
    return pids;
  }
  std::vector<pid_t> begin(int signal) { return sent(tree.begin(signal, there, around())); }
  std::vector<pid_t> look() { return sent(tree.look(there, around())); }
};

using pids = std::vector<pid_t>;

}  // namespace

TEST_CASE_METHOD(tree_fixture, "the group is sent the signal as one, who left it by himself") {
  there = {process(leader), process(101), process(102, 102)};
  CHECK(begin(SIGTERM) == pids{-leader, 102});
}

TEST_CASE_METHOD(tree_fixture, "TERM is sent once, and to what a later look finds") {
  there = {process(leader), process(101, 101)};
  begin(SIGTERM);
  tree.end_of_leader();
  there = {process(101, 101), process(102, 102)};
  CHECK(look() == pids{102});
  CHECK(look().empty());
}

TEST_CASE_METHOD(tree_fixture, "a pid that was used again is another process") {
  there = {process(101, 101)};
  begin(SIGTERM);
  tree.end_of_leader();
  there.front().start_time = 9999;
  CHECK(look() == pids{101});
}

TEST_CASE_METHOD(tree_fixture, "KILL is sent until nothing is left") {
  there = {process(leader), process(101, 101)};
  CHECK(begin(SIGTERM) == pids{-leader, 101});
  CHECK(begin(SIGKILL) == pids{-leader, 101});
  CHECK(look() == pids{-leader, 101});
}

TEST_CASE_METHOD(tree_fixture,
                 "with TERM a look finds nothing new before the main process has ended") {
  there = {process(101, 101)};
  begin(SIGTERM);
  CHECK_FALSE(tree.wants_looks());
  there.push_back(process(102, 102));
  CHECK(look().empty());
  tree.end_of_leader();
  CHECK(tree.wants_looks());
  CHECK(look() == pids{102});
}

TEST_CASE_METHOD(tree_fixture, "KILL is looked after also while the main process lives") {
  begin(SIGKILL);
  CHECK(tree.wants_looks());
}

TEST_CASE_METHOD(tree_fixture,
                 "a tree has gone when its main process has ended and nothing is left") {
  begin(SIGTERM);
  CHECK_FALSE(tree.has_gone({}));
  tree.end_of_leader();
  CHECK_FALSE(tree.has_gone({process(101, 101)}));
  CHECK(tree.has_gone({}));
  tree.tell_gone();
  CHECK(gone == 1);
}

TEST_CASE_METHOD(tree_fixture, "a group with a shield in it is not signalled as one") {
  tree.shield_granted(7);
  there = {process(leader), process(101)};
  CHECK(begin(SIGTERM) == pids{leader, 101});
}

TEST_CASE_METHOD(tree_fixture,
                 "what the group starts after TERM is left to clean up, also beside a shield") {
  if (GENERATE(false, true)) tree.shield_granted(7);
  there = {process(leader)};
  begin(SIGTERM);
  tree.end_of_leader();
  there = {process(101), process(102, 102)};
  CHECK(look() == pids{102});
}

TEST_CASE_METHOD(tree_fixture, "KILL beside a shield goes to each one, again and again") {
  tree.shield_granted(7);
  there = {process(leader), process(101)};
  begin(SIGTERM);
  CHECK(begin(SIGKILL) == pids{leader, 101});
  CHECK(look() == pids{leader, 101});
}

TEST_CASE_METHOD(tree_fixture,
                 "what waits for a shield gets TERM, but no KILL before that has gone") {
  tree.shield_granted(7);
  waits_for_shield = leader;
  there = {process(leader), process(101)};
  CHECK(begin(SIGTERM) == pids{leader, 101});
  CHECK(begin(SIGKILL) == pids{101});
  tree.shield_ended();
  CHECK(look() == pids{-leader});
}

TEST_CASE_METHOD(tree_fixture, "where shields are killed, what waits for them is, too") {
  tree.shield_granted(7);
  waits_for_shield = leader;
  weir = process(101, 101);
  started_by_it = {102};
  there = {process(leader), weir, process(102, 102)};
  begin(SIGTERM);
  tree.kill_shields();
  CHECK(begin(SIGKILL) == pids{-leader, 101, 102});
  CHECK_FALSE(tree.spares());
  CHECK_FALSE(tree.has_gone({}));
}

TEST_CASE_METHOD(tree_fixture, "what waited for a shield may finish, what is new gets TERM") {
  tree.shield_granted(7);
  waits_for_shield = 101;
  there = {process(101, 101)};
  begin(SIGKILL);
  tree.end_of_leader();
  tree.shield_ended();
  tree.relent();
  CHECK(tree.signal() == SIGTERM);
  there.push_back(process(102, 102));
  CHECK(look() == pids{102});
}

TEST_CASE_METHOD(tree_fixture, "a tree has not gone before its shields, and the last one is told") {
  begin(SIGTERM);
  tree.end_of_leader();
  tree.shield_granted(7);
  tree.shield_granted(7);
  tree.shield_ended();
  CHECK(shields_were_gone == 0);
  CHECK_FALSE(tree.has_gone({}));
  tree.shield_ended();
  CHECK(shields_were_gone == 1);
  CHECK(tree.has_gone({}));
}

TEST_CASE_METHOD(tree_fixture, "shields that are waited for no more hold nothing") {
  tree.shield_granted(7);
  tree.ending_shield();
  tree.forget_shields();
  tree.end_of_leader();
  CHECK(tree.has_gone({}));
  CHECK(shields_were_gone == 0);
  CHECK(tree.shield_was_ended());
}

TEST_CASE_METHOD(tree_fixture, "what outlives a reaped main process is signalled one by one") {
  tree.leader_reaped();
  there = {process(101), process(102, 102)};
  CHECK(begin(SIGTERM) == pids{101, 102});
  CHECK(begin(SIGKILL) == pids{101, 102});
  CHECK(tree.has_gone({}));
}

TEST_CASE_METHOD(tree_fixture, "a tree whose program is started again begins anew") {
  tree.end_of_leader();
  tree.leader_reaped();
  CHECK(tree.leader() == 0);
  tree.starting(5);
  tree.started(200);
  CHECK(tree.leader() == 200);
  CHECK(tree.since() == 5);
  CHECK_FALSE(tree.leader_ended());
}

TEST_CASE_METHOD(tree_fixture, "a weir in the job ends its own jobs, until all get KILL") {
  weir = process(101);
  started_by_it = {102};
  there = {process(leader), weir, process(102, 102), process(103, 103)};
  CHECK(begin(SIGTERM) == pids{-leader, 103});
  CHECK(begin(SIGKILL) == pids{-leader, 102, 103});
}

TEST_CASE_METHOD(tree_fixture,
                 "what a weir in the job has started is told when that weir has gone") {
  started_by_it = {102};
  there = {process(leader), process(102, 102)};
  begin(SIGTERM);
  tree.end_of_leader();
  there = {process(102, 102)};
  CHECK(look().empty());
  started_by_it.clear();
  CHECK(look() == pids{102});
}

TEST_CASE_METHOD(tree_fixture,
                 "a weir that waits for a shield ends its other jobs when that has gone") {
  weir = process(101, 101);
  waits_for_shield = 101;
  started_by_it = {102};
  there = {process(leader), weir, process(102, 102)};
  tree.shield_granted(7);
  CHECK(begin(SIGKILL) == pids{leader});
  tree.shield_ended();
  CHECK(look() == pids{-leader, 101, 102});
}
