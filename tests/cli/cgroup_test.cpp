// --cgroup, on the machine's own hierarchy of version 2, where this user may make groups in it.
#include "support/catch.hpp"
#include "support/test_space.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

std::string line_of(const std::string& file, const std::string& with) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);)
    if (line.find(with) != std::string::npos) return line;
  return {};
}

/// "/a" of "0::/a".
std::string own_group() {
  const std::string line = line_of("/proc/self/cgroup", "0::/");
  return line.empty() ? line : line.substr(3);
}

/// The directory of our own group; nothing where no group can be made in it, which is told.
std::optional<std::string> group_directory() {
  std::string kind, place;
  std::istringstream(line_of("/proc/mounts", " cgroup2 ")) >> kind >> place;
  const std::string own = place + (own_group() == "/" ? "" : own_group());
  const std::string probe = own + "/weir-test-" + std::to_string(::getpid());
  const bool made = !place.empty() && !own_group().empty() && ::mkdir(probe.c_str(), 0755) == 0;
  // A job, which is a child of ours, could be refused where we can make groups.
  const bool writable = made && ::access((probe + "/cgroup.kill").c_str(), W_OK) == 0 &&
                        ::access((own + "/cgroup.procs").c_str(), W_OK) == 0;
  if (made) ::rmdir(probe.c_str());
  if (writable) return own;
  WARN("skipped: no control group of version 2 can be made here, or it knows no cgroup.kill");
  return std::nullopt;
}

/// How the groups begin that the weir with this pid in front makes.
std::string name_of_group(pid_t weir) {
  return "/weir-" + std::to_string(weir) + '-';
}

/// Groups that it has made.
std::vector<std::string> groups_of(const std::string& own, pid_t weir) {
  std::vector<std::string> all;
  for (const auto& each : std::filesystem::directory_iterator(own))
    if (each.path().string().starts_with(own + name_of_group(weir)))
      all.push_back(each.path().string());
  return all;
}

std::string text_in(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool is_frozen(const std::string& job) {
  return text_in(job + "/cgroup.events").find("frozen 1") != std::string::npos;
}

/// Says where it is, as "in".
const std::string says_group = "grep ^0:: /proc/self/cgroup > in; ";

}  // namespace

TEST_CASE("a job is born in a control group of its own, which goes with it") {
  const auto own = group_directory();
  if (!own) return;
  test_space t;
  const pid_t weir =
      t.start({"--cgroup", "require", "-k", "grep ^0:: /proc/self/cgroup; : {}", ":::", "a", "b"});
  const auto run = t.join(weir);
  CHECK(run.exit_code() == 0);
  REQUIRE(lines(run.out).size() == 2);
  const std::string prefix = own_group() == "/" ? "" : own_group();
  for (const std::string& job : {std::string("1"), std::string("2")})
    CHECK_THAT(run.out, Contains("0::" + prefix + "/weir-" + std::to_string(weir) + '-') &&
                            Contains("/job-" + job + ".1\n"));
  CHECK(groups_of(*own, weir).empty());
}

TEST_CASE("without a limit or a rule of leftovers no control group is made") {
  const auto own = group_directory();
  if (!own) return;
  test_space t;
  const auto group_with = [&](const std::vector<std::string>& options) {
    auto words = options;
    words.insert(words.end(), {"grep ^0:: /proc/self/cgroup; : {}", ":::", "a"});
    const auto run = t.weir(words);
    CHECK(run.exit_code() == 0);
    return run.out;
  };
  const std::string outside = "0::" + own_group() + '\n';
  CHECK(group_with({}) == outside);
  CHECK(group_with({"--cgroup", "auto", "--leftovers", "leave"}) == outside);
  CHECK_THAT(group_with({"--leftovers", "end"}), Contains("/job-1.1"));
  CHECK_THAT(group_with({"--cgroup", "auto", "--leftovers", "fail"}), Contains("/job-1.1"));
  CHECK(group_with({"--cgroup", "never", "--leftovers", "fail"}) == outside);
}

TEST_CASE("what kill -9 of both processes leaves in a control group is ended by the next weir") {
  const auto own = group_directory();
  if (!own) return;
  test_space t;
  const std::string stays =
      "$CHILD ignore-term daemon close-output overwrite pid hidden forever; "
      "exec $CHILD pid up forever";
  const pid_t weir = t.start({"--cgroup", "require", "-j1", stays + " # {}", ":::", "x"});
  t.wait_for_file("up");
  t.wait_for_file("hidden");
  const pid_t engine = t.engine_of(weir);
  REQUIRE(engine != 0);
  const auto hidden = static_cast<pid_t>(std::stol(t.read("hidden")));
  REQUIRE(groups_of(*own, weir).size() == 1);
  // While it lives, nobody touches its group.
  CHECK_THAT(t.weir({"--cgroup", "require", "echo {}", ":::", "a"}).err,
             !Contains(name_of_group(weir)));
  CHECK(process_stat(hidden).state != '?');
  ::kill(weir, SIGSTOP);
  ::kill(engine, SIGKILL);
  ::kill(weir, SIGKILL);
  // In a container whose first process reaps nothing, it stays a zombie.
  const bool is_reaped = GENERATE(true, false);
  if (is_reaped) CHECK(t.join(weir).term_signal() == SIGKILL);
  test_space::eventually([&] { return std::string("?Z").find(process_stat(weir).state) < 2; });
  CHECK(process_stat(hidden).state != '?');

  const auto next = t.weir({"--cgroup", "require", "echo {}", ":::", "a"});
  CHECK(next.out == "a\n");
  CHECK(next.exit_code() == 0);
  // A weir of another test that runs at this moment may have ended it first, and said so.
  if (next.err.find(name_of_group(weir)) != std::string::npos)
    CHECK_THAT(next.err, Contains("weir: warning: control group " + *own + name_of_group(weir)) &&
                             Contains(", left by a weir that was killed: ") &&
                             Contains(" ended\n"));
  test_space::eventually([&] {
    const char state = process_stat(hidden).state;
    return state == '?' || state == 'Z';
  });
  CHECK(groups_of(*own, weir).empty());
  CHECK_THAT(t.weir({"--cgroup", "require", "echo {}", ":::", "a"}).err,
             !Contains(name_of_group(weir)));
}

TEST_CASE("what a killed weir leaves in the group of a job is ended by the next weir in that job") {
  if (!group_directory()) return;
  test_space t;
  t.write("inner",
          "$WEIR --cgroup require '$CHILD ignore-term daemon close-output overwrite pid hidden "
          "forever; exec $CHILD pid up forever; : {}' ::: x &\n"
          "$CHILD wait-for up wait-for hidden\n"
          "kill -STOP $!; kill -9 $(pgrep -P $!) $!\n"
          "$WEIR --cgroup require true ::: x 2> err\n");
  t.weir({"--cgroup", "require", "sh inner # {}", ":::", "x"});
  CHECK_THAT(t.read("err"), Contains(", left by a weir that was killed: ") && Contains(" ended\n"));
}

TEST_CASE("kill -9 of the engine leaves no control group") {
  const auto own = group_directory();
  if (!own) return;
  test_space t;
  const pid_t weir =
      t.start({"--cgroup", "require", "-j1", "exec $CHILD pid up forever # {}", ":::", "x"});
  t.wait_for_file("up");
  ::kill(t.engine_of(weir), SIGKILL);
  CHECK(t.join(weir).term_signal() == SIGKILL);
  CHECK(t.survivors().empty());
  CHECK(groups_of(*own, weir).empty());
}

TEST_CASE("what may stay lives on in its control group, also when the next weir starts") {
  const auto own = group_directory();
  if (!own) return;
  test_space t;
  const std::string leaves =
      "$CHILD daemon close-output overwrite pid left forever then wait-for left # {}";
  const pid_t weir = t.start({"--cgroup", "require", leaves, ":::", "x"});
  const auto run = t.join(weir);
  CHECK(run.exit_code() == 0);
  const auto left = static_cast<pid_t>(std::stol(t.read("left")));
  CHECK_THAT(run.err, Contains("left running: process " + std::to_string(left)));
  CHECK(t.weir({"--cgroup", "require", "echo {}", ":::", "a"}).exit_code() == 0);
  CHECK(process_stat(left).state != '?');
  CHECK(process_stat(left).state != 'Z');
  ::kill(left, SIGKILL);
  const auto group = groups_of(*own, weir);
  REQUIRE(group.size() == 1);
  test_space::eventually([&] {
    return text_in(group.front() + "/cgroup.events").find("populated 0") != std::string::npos;
  });
  CHECK_THAT(t.weir({"--cgroup", "require", "echo {}", ":::", "a"}).err,
             !Contains(name_of_group(weir)));
  CHECK(groups_of(*own, weir).empty());
}

TEST_CASE("Ctrl-Z freezes control groups, and fg thaws them") {
  const auto own = group_directory();
  if (!own) return;
  test_space t;
  const pid_t weir = t.start_in_group(
      {"--cgroup", "require", "-j1", "touch up; $CHILD wait-for go; echo {}", ":::", "x"});
  t.wait_for_file("up");
  const auto group = groups_of(*own, weir);
  REQUIRE(group.size() == 1);
  const std::string job = group.front() + "/job-1.1";
  CHECK_FALSE(is_frozen(job));
  ::kill(-weir, SIGTSTP);
  test_space::eventually([&] { return is_frozen(job); });
  t.write("go", "");
  ::kill(-weir, SIGCONT);
  const auto run = t.join(weir);
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "x\n");
}

TEST_CASE("a job that was frozen can be ended") {
  const auto own = group_directory();
  if (!own) return;
  test_space t;
  const pid_t weir = t.start_in_group(
      {"--cgroup", "require", "-j1", "exec $CHILD mark-term told pid up forever # {}", ":::", "x"});
  t.wait_for_file("up");
  const std::string job = groups_of(*own, weir).at(0) + "/job-1.1";
  ::kill(-weir, SIGTSTP);
  test_space::eventually([&] { return is_frozen(job); });
  ::kill(weir, SIGTERM);
  ::kill(-weir, SIGCONT);
  CHECK(t.join(weir).term_signal() == SIGTERM);
  CHECK(t.exists("told"));
  CHECK(t.survivors().empty());
}

TEST_CASE("a job in a control group that ignores TERM is killed with all that it has hidden") {
  const auto own = group_directory();
  if (!own) return;
  test_space t;
  const std::string stays =
      "$CHILD ignore-term daemon close-output overwrite pid hidden forever; "
      "exec $CHILD ignore-term pid up forever";
  const auto run = t.weir({"--cgroup", "require", "--timeout", "1s", "--close-timeout", "0.1s",
                           stays + " # {}", ":::", "x"});
  CHECK_THAT(run.err, Contains("timed out"));
  const auto hidden = static_cast<pid_t>(std::stol("0" + t.read("hidden")));
  if (hidden > 0) CHECK((process_stat(hidden).state == '?' || process_stat(hidden).state == 'Z'));
  CHECK(t.survivors().empty());
}

TEST_CASE("records say what a control group has used") {
  const auto own = group_directory();
  if (!own) return;
  test_space t;
  const auto run = t.weir(
      {"--cgroup", "require", "--journal", "j", "--results", "r.jsonl", "echo {}", ":::", "x"});
  CHECK(run.exit_code() == 0);
  for (const char* file : {"j", "r.jsonl"}) {
    INFO(file);
    CHECK_THAT(t.read(file), Contains("\"cgroup\":{") && Contains("\"user\":"));
  }
  CHECK(t.weir({"--journal", "k", "echo {}", ":::", "x"}).exit_code() == 0);
  CHECK_THAT(t.read("k"), !Contains("cgroup"));
}

TEST_CASE("a worker makes the control groups of its jobs") {
  const auto own = group_directory();
  if (!own) return;
  test_space t;
  const auto run = t.weir(
      {"--on", "local/2", "--cgroup", "require", "grep ^0:: /proc/self/cgroup; : {}", ":::", "a"});
  CHECK(run.exit_code() == 0);
  CHECK_THAT(run.out, Contains("/weir-") && Contains("/job-1.1"));
}

TEST_CASE("requiring control groups where there are none is refused before anything starts") {
  test_space t;
  const bool read_only = GENERATE(true, false);
  // A mount namespace, in which the hierarchy is read-only, or not there.
  t.write("without", std::string("for m in $(grep ' cgroup2 ' /proc/mounts | cut -d' ' -f2); do ") +
                         (read_only ? "mount -o remount,ro,bind $m" : "umount -l $m") +
                         " || exit 9; done\n");
  const auto in_there = [&](const std::string& command) {
    return t.shell("unshare -m sh -c '. ./without; " + command + "'");
  };
  if (in_there("exit 0").exit_code() != 0 || line_of("/proc/mounts", " cgroup2 ").empty()) {
    WARN("skipped: no new mount namespace here, or no control groups");
    return;
  }
  const auto refused = in_there("$WEIR --cgroup require touch {} ::: started");
  CHECK(refused.exit_code() == 2);
  CHECK_THAT(refused.err, StartsWith("weir: --cgroup require: "));
  CHECK_THAT(refused.err, Contains(read_only ? "Read-only file system: run weir where a group is"
                                             : "no file system of type cgroup2 is mounted"));
  CHECK_FALSE(t.exists("started"));
  const auto worker = in_there("$WEIR --on local --cgroup require touch {} ::: started");
  CHECK_THAT(worker.err, Contains("--cgroup require: "));
  CHECK_FALSE(t.exists("started"));
  // Where it is only better to have one, jobs run without.
  CHECK(in_there("$WEIR --leftovers end echo ::: x").out == "x\n");
}

TEST_CASE("limits of a manifest that cannot be had are refused before anything starts") {
  test_space t;
  t.write("m.toml",
          "version = 1\n[[job]]\nname = \"first\"\nrun = \"touch started\"\n"
          "[[job]]\nname = \"second\"\nrun = \"true\"\ncgroup = { memory = \"1G\", pids = 50 }\n");
  const auto never = t.weir({"--cgroup", "never", "--file", "m.toml"});
  CHECK(never.exit_code() == 2);
  CHECK(never.err == "weir: cgroup.memory: needs a control group, which --cgroup never forbids\n");
  CHECK_FALSE(t.exists("started"));
  const auto plan = t.weir({"--check", "--file", "m.toml"});
  CHECK(plan.exit_code() == 0);
  CHECK_THAT(plan.out, Contains("at most 1G of memory, at most 50 processes"));
  const std::string group = own_group();
  if (line_of("/proc/self/cgroup", ":memory:").empty() && !group.empty()) {
    WARN("skipped: version 1 does not have the controller here");
    return;
  }
  CHECK_THAT(plan.err,
             StartsWith("weir: on this machine the run would be refused: cgroup.memory: "));
  const auto run = t.weir({"--file", "m.toml"});
  CHECK(run.exit_code() == 2);
  CHECK_THAT(run.err, StartsWith("weir: cgroup.memory: "));
  CHECK_FALSE(t.exists("started"));
  // A stream is read while it runs.
  const auto stream = t.weir({"--file", "-", "--format", "jsonl"},
                             "{\"argv\":[\"true\"],\"cgroup\":{\"pids\":3}}\n");
  CHECK(stream.exit_code() == 1);
  CHECK_THAT(stream.err, Contains("job 1 failed: cgroup.pids: "));
}
