// Where /proc is of another pid namespace, or is not there: jobs are known by their process groups.
#include "support/catch.hpp"
#include "support/sanitized.hpp"
#include "support/test_space.hpp"

#include <signal.h>
#include <unistd.h>

using namespace test;

namespace {

/// Both kinds of surroundings; "$WEIR ..." is to follow. Empty: neither can be had here.
const std::vector<std::string> blindfolds{"unshare -pf --kill-child sh -c '{}'",
                                          "unshare -m sh -c 'mount -t tmpfs none /proc; {}'"};

/// A run in which /proc tells nothing. \param script without single quotes.
finished blind(test_space& t, std::size_t way, const std::string& script) {
  std::string whole = blindfolds[way];
  return t.shell(whole.replace(whole.find("{}"), 2, script));
}

bool can_be_blind(test_space& t, std::size_t way) {
  if (is_sanitized()) return false;
  if (blind(t, way, "true").exit_code() == 0) return true;
  WARN("skipped: unshare(1) is refused here");
  return false;
}

/// Without a word and with TERM first: a process in the group of its job, "told" when TERM came.
const std::string leaves_one =
    "$CHILD background close-output mark-term told touch left forever then wait-for left";

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string blindness = "/proc is missing, or belongs to another pid namespace";

}  // namespace

TEST_CASE("without our /proc, what a job left in its process group is left and named") {
  test_space t;
  const std::size_t way = GENERATE(0u, 1u);
  if (!can_be_blind(t, way)) return;
  // Seen from within, since numbers are those of the namespace.
  const auto run = blind(t, way,
                         "$WEIR -j1 \": {}; " + leaves_one +
                             "\" ::: x 2> err; rc=$?; group=$(sed -n \"s/.*\\[process group "
                             "\\([0-9]*\\)\\]/\\1/p\" err); kill -s 0 -- -$group && "
                             "echo lives; kill -s KILL -- -$group; exit $rc");
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "lives\n");
  CHECK_FALSE(t.exists("told"));
  CHECK(has(t.read("err"), "left running: process "));
  CHECK_FALSE(has(t.read("err"), blindness));
}

TEST_CASE("without our /proc, leftovers: end ends what is left in a job's process group") {
  test_space t;
  const std::size_t way = GENERATE(0u, 1u);
  if (!can_be_blind(t, way)) return;
  const auto run = blind(t, way,
                         "$WEIR -j1 --leftovers end \"case {} in 1) " + leaves_one +
                             ";; 2) ! [ -e told ];; esac\" ::: 1 2");
  CHECK(run.exit_code() == 0);
  CHECK(t.exists("told"));
  CHECK(run.err.empty());
}

TEST_CASE("without our /proc, leftovers: end kills a process group that does not hear TERM") {
  test_space t;
  const std::size_t way = GENERATE(0u, 1u);
  if (!can_be_blind(t, way)) return;
  const auto run =
      blind(t, way,
            "$WEIR -j1 --leftovers end --close-timeout 0.1s \": {}; echo \\$\\$ > group; $CHILD "
            "background close-output ignore-term touch left forever then wait-for left\" ::: x; "
            "kill -s 0 -- -$(cat group) || echo gone");
  CHECK(run.out == "gone\n");
  CHECK_FALSE(has(run.err, "weir:"));
}

TEST_CASE("without our /proc, leftovers: fail fails a job for what is in its process group") {
  test_space t;
  const std::size_t way = GENERATE(0u, 1u);
  if (!can_be_blind(t, way)) return;
  const auto run = blind(t, way, "$WEIR -j1 --leftovers fail \": {}; " + leaves_one + "\" ::: x");
  CHECK(run.exit_code() == 1);
  CHECK(t.exists("told"));
  CHECK(has(run.err, "left running: process group "));
}

TEST_CASE("without our /proc, a daemon that no rule can reach is told of once") {
  test_space t;
  const std::size_t way = GENERATE(0u, 1u);
  const std::string rule = GENERATE("leave", "end", "fail");
  if (!can_be_blind(t, way)) return;
  const auto run =
      blind(t, way,
            // In a control group of its own it would be found.
            "$WEIR -j1 --cgroup never --leftovers " + rule +
                " \"$CHILD daemon close-output touch left{} forever then wait-for left{}\" ::: "
                "1 2");
  CHECK(run.exit_code() == 0);
  const auto first = run.err.find(blindness);
  REQUIRE(first != std::string::npos);
  CHECK(run.err.find(blindness, first + 1) == std::string::npos);
  for (const pid_t pid : t.survivors()) ::kill(pid, SIGKILL);
}

TEST_CASE("without our /proc, nothing is said of it where no process was started or is left") {
  test_space t;
  const std::size_t way = GENERATE(0u, 1u);
  if (!can_be_blind(t, way)) return;
  const auto refused = blind(t, way, "$WEIR --file nosuch.toml");
  CHECK(refused.exit_code() == 2);
  CHECK(refused.err == "weir: nosuch.toml: cannot be read: No such file or directory\n");
  for (const std::string rule : {"leave", "end", "fail"}) {
    const auto run = blind(t, way, "$WEIR --leftovers " + rule + " true ::: 1 2 3");
    CHECK(run.exit_code() == 0);
    CHECK(run.err.empty());
  }
}

TEST_CASE("without our /proc, kill -9 of the engine ends the process groups, TERM first") {
  test_space t;
  const std::size_t way = GENERATE(0u, 1u);
  if (!can_be_blind(t, way)) return;
  // When the third job runs, the engine has told the keeper of the second one.
  const auto run = blind(
      t, way,
      "$WEIR -j2 --leftovers end \"case {} in 1) " + leaves_one +
          ";; 2) $CHILD wait-for up; kill -9 \\$PPID; $CHILD forever;; "
          "3) $CHILD wait-for left; exec $CHILD touch up forever;; esac\" ::: 1 2 3; echo $?");
  CHECK(run.out == "137\n");
  CHECK(t.exists("told"));
  CHECK(has(run.err, "all its jobs were ended"));
}
