// Control groups: what their files say, where a run's is made, and why limits cannot be had. On
// files of the test's own; tests/cli/cgroup_test.cpp has real ones.
#include <filesystem>
#include <memory>

#include <fcntl.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "process/control_group_end.hpp"
#include "process/control_group_files.hpp"
#include "process/control_group_jobs.hpp"
#include "process/control_group_run.hpp"
#include "process/control_group_text.hpp"
#include "process/control_groups.hpp"
#include "support/catch.hpp"

#include "fake_root.hpp"

using namespace weir;
using Catch::Matchers::Contains;
using test::fake_root;

namespace {

using words = std::vector<std::string>;
using pids = std::vector<pid_t>;

constexpr const char* hybrid =
    "24 30 0:22 / /proc rw - proc proc rw\n"
    "40 31 0:37 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "41 31 0:38 / /sys/fs/cgroup/uni\\040fied rw,relatime shared:9 - cgroup2 cgroup2 rw\n";

/// weir's own group is /a, in a hierarchy of version 2 that is mounted at /cg.
struct group_root : fake_root {
  explicit group_root(const std::string& more_memberships = "") {
    file("proc/self/cgroup", more_memberships + "0::/a\n");
    file("proc/self/mountinfo", "41 31 0:38 / /cg rw - cgroup2 cgroup2 rw\n");
    file("cg/a/cgroup.type", "domain\n");
    file("cg/a/cgroup.procs", "");
    file("cg/a/cgroup.subtree_control", "");
  }
};

std::string why_not(const fake_root& root, const group_limits& limits) {
  std::string why;
  const auto run = run_control_group::make(root.path(), {::getpid()}, why);
  CHECK(why.empty());
  return run ? run->why_not(limits) : why;
}

std::string text_in(const fake_root& root, const std::string& file) {
  return read_group_file(AT_FDCWD, root.path() + '/' + file).value_or("none");
}

std::string refusal(const control_group_settings& wanted) {
  job_control_groups groups(wanted, ::getpid(), leftover_rule::leave, nullptr);
  try {
    groups.require();
  } catch (const usage_error& error) {
    return error.what();
  }
  return {};
}

std::shared_ptr<const process_settings> with_pids(std::uint64_t most) {
  auto process = std::make_shared<process_settings>();
  process->group.emplace().pids = most;
  return process;
}

}  // namespace

TEST_CASE("files of a control group are read by their keys") {
  CHECK(number_of_key("low 0\noom 2\noom_kill 3\n", "oom_kill") == 3);
  CHECK(number_of_key("low 0\noom_kill 3\noom 2\n", "oom") == 2);
  CHECK_FALSE(number_of_key("low 0\n", "oom_kill"));
  CHECK_FALSE(number_of_key("oom_kill \n", "oom_kill"));
  const std::string io = "8:0 rbytes=10 wbytes=4 rios=1\n8:16 rbytes=5 wbytes=0 rios=1\n7:0 \n";
  CHECK(sum_of_devices(io, "rbytes") == 15);
  CHECK(sum_of_devices(io, "wbytes") == 4);
  CHECK(numbers_of_group("12\n7\n") == pids{12, 7});
  CHECK(words_of_group("cpu io  pids\n") == words{"cpu", "io", "pids"});
  CHECK(words_of_group("\n").empty());
  CHECK(text_of_cpus(1500) == "150000 100000");
}

TEST_CASE("a run's group is known by its name, and nothing else is") {
  const group_owner owner{12, 345};
  CHECK(name_of_run_group(owner) == "weir-12-345");
  CHECK(owner_in("weir-12-345") == owner);
  for (const char* other : {"weir", "weir-", "weir-12", "weir-12-", "weir-12-3x", "weir-x-3",
                            "weir--1-3", "user-12-345", "weir-12-3.scope"}) {
    INFO(other);
    CHECK_FALSE(owner_in(other));
  }
}

TEST_CASE("the own group of version 2 is found wherever it is mounted") {
  fake_root root;
  CHECK_FALSE(own_unified_group(root.path()));
  root.file("proc/self/cgroup", "4:memory:/m\n0::/user/x\n");
  CHECK_FALSE(own_unified_group(root.path()));
  root.file("proc/self/mountinfo", hybrid);
  CHECK(own_unified_group(root.path()) == root.path() + "/sys/fs/cgroup/uni fied/user/x");
  root.file("proc/self/cgroup", "0::/\n");
  CHECK(own_unified_group(root.path()) == root.path() + "/sys/fs/cgroup/uni fied");
  // A part of the hierarchy is shown, as in a container without a namespace of groups.
  root.file("proc/self/mountinfo", "41 31 0:38 /user /cg ro - cgroup2 none ro\n");
  root.file("proc/self/cgroup", "0::/user/x\n");
  CHECK(own_unified_group(root.path()) == root.path() + "/cg/x");
  for (const char* outside : {"0::/users/x\n", "0::/../y\n", "1:name=systemd:/\n"}) {
    INFO(outside);
    root.file("proc/self/cgroup", outside);
    CHECK_FALSE(own_unified_group(root.path()));
  }
}

TEST_CASE("weir makes way for controllers where nobody else is in its group, and only there") {
  group_facts facts;
  facts.available = {"cpuset", "cpu", "io", "memory", "pids"};
  facts.processes = facts.own = {10, 11};
  SECTION("alone") {
    const auto plan = plan_controllers(facts);
    CHECK(plan.to_hand_on == words{"memory", "pids", "cpu", "io"});
    CHECK(plan.moves);
    CHECK_FALSE(plan.others);
  }
  SECTION("a shell is in the group, too") {
    facts.processes.push_back(9);
    const auto plan = plan_controllers(facts);
    CHECK(plan.to_hand_on.empty());
    CHECK_FALSE(plan.moves);
    CHECK(plan.others);
  }
  SECTION("at the root, whose processes are in nobody's way") {
    facts.processes.push_back(9);
    facts.is_root = true;
    facts.handed_on = {"memory", "cpu"};
    const auto plan = plan_controllers(facts);
    CHECK(plan.to_hand_on == words{"pids", "io"});
    CHECK_FALSE(plan.moves);
    CHECK_FALSE(plan.others);
  }
  SECTION("all are handed on already, or there are none") {
    const bool none = GENERATE(true, false);
    if (none)
      facts.available.clear();
    else
      facts.handed_on = facts.available;
    const auto plan = plan_controllers(facts);
    CHECK(plan.to_hand_on.empty());
    CHECK_FALSE(plan.moves);
  }
}

TEST_CASE("a limit without its controller says which one is missing, and how to get it") {
  group_limits limits;
  limits.memory = 1;
  limits.milli_cpus = 100;
  SECTION("it was not handed to this group") {
    const group_root root;
    CHECK_THAT(why_not(root, limits),
               Contains("cgroup.memory: the controller memory is missing in " + root.path() +
                        "/cg/a: run weir where") &&
                   Contains("-p Delegate=yes weir"));
    limits.memory.reset();
    CHECK_THAT(why_not(root, limits), Contains("cgroup.cpus: the controller cpu is missing"));
  }
  SECTION("version 1 has it") {
    CHECK_THAT(why_not(group_root("3:cpu,cpuacct:/\n2:memory:/\n"), limits),
               Contains("version 1 has it on this machine"));
  }
  SECTION("others are in the group") {
    const group_root root;
    root.file("cg/a/cgroup.controllers", "memory cpu\n");
    root.file("cg/a/cgroup.procs", "1\n");
    CHECK_THAT(why_not(root, limits), Contains("other processes are in that group"));
    CHECK(text_in(root, "cg/a/cgroup.subtree_control").empty());
  }
  SECTION("there is no version 2") {
    fake_root root;
    root.file("proc/self/cgroup", "2:memory:/\n");
    control_group_settings wanted;
    wanted.root = root.path();
    CHECK(refusal(wanted).empty());
    wanted.needed = limits;
    CHECK_THAT(refusal(wanted), Contains("cgroup.memory: there are no control groups"));
    wanted.needed = {};
    wanted.use = control_group_use::require;
    CHECK_THAT(refusal(wanted), Contains("--cgroup require: there are no control groups"));
  }
}

TEST_CASE("limits are written as the kernel takes them") {
  fake_root root;
  for (const char* file :
       {"memory.max", "memory.oom.group", "memory.swap.max", "pids.max", "cpu.max"})
    root.file(std::string("g/") + file, "");
  const group_limits limits{2147483648, 200, 1500};
  CHECK(write_limits(AT_FDCWD, root.path() + "/g", limits) == 0);
  CHECK(text_in(root, "g/memory.max") == "2147483648");
  CHECK(text_in(root, "g/memory.oom.group") == "1");
  CHECK(text_in(root, "g/memory.swap.max") == "0");
  CHECK(text_in(root, "g/pids.max") == "200");
  CHECK(text_in(root, "g/cpu.max") == "150000 100000");
  // A kernel without swap has no file for it; any other file that is missing is a limit not set.
  std::filesystem::remove(root.path() + "/g/memory.swap.max");
  CHECK(write_limits(AT_FDCWD, root.path() + "/g", limits) == 0);
  std::filesystem::remove(root.path() + "/g/pids.max");
  CHECK(write_limits(AT_FDCWD, root.path() + "/g", limits) == ENOENT);
}

TEST_CASE("nothing is made for jobs that ask for no group") {
  const group_root root;
  control_group_settings wanted;
  wanted.root = root.path();
  job_settings plain;
  job_settings strict;
  strict.leftovers = leftover_rule::fail;
  job_settings limited;
  limited.process = with_pids(5);
  {
    job_control_groups groups(wanted, ::getpid(), leftover_rule::leave, nullptr);
    groups.require();
    CHECK_FALSE(groups.wants(plain));
    CHECK(groups.wants(strict));
    CHECK(groups.wants(limited));
    CHECK(groups_in(AT_FDCWD, root.path() + "/cg/a").empty());
    std::string why;
    CHECK(groups.make({1, 1}, strict, why));
    CHECK(why.empty());
    CHECK(groups_in(AT_FDCWD, root.path() + "/cg/a").size() == 1);
    CHECK_FALSE(groups.make({2, 1}, limited, why));
    CHECK_THAT(why, Contains("cgroup.pids: the controller pids is missing"));
  }
  wanted.use = control_group_use::never;
  job_control_groups groups(wanted, ::getpid(), leftover_rule::end, nullptr);
  CHECK_FALSE(groups.wants(strict));
  std::string why;
  CHECK_FALSE(groups.make({1, 1}, limited, why));
  CHECK(why == "cgroup.pids: needs a control group, which --cgroup never forbids");
}
