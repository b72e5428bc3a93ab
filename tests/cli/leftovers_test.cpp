// What jobs leave running: whose it is, and what becomes of it in every way that a run ends.
#include "support/catch.hpp"
#include "support/test_space.hpp"

#include <signal.h>
#include <unistd.h>

using namespace test;

namespace {

/// Leaves a process with a session of its own, no parent, no output and an environment that was
/// written over, whose pid is in the file "left". TERM ends it, and leaves "told".
const std::string leaves_one =
    "$CHILD daemon close-output overwrite mark-term told pid left forever then wait-for left";

/// The process that a job of this test left, killed at the end.
class left_one {
 public:
  explicit left_one(const test_space& t)
      : pid_(static_cast<pid_t>(std::stol("0" + t.read("left")))) {
    REQUIRE(pid_ > 0);
  }
  left_one(const left_one&) = delete;
  left_one& operator=(const left_one&) = delete;
  ~left_one() {
    if (lives()) ::kill(pid_, SIGKILL);
  }
  bool lives() const {
    const char state = process_stat(pid_).state;
    return state != '?' && state != 'Z' && state != 'X';
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

/// "up" is there when its second job runs.
std::vector<std::string> leaves_one_and_goes_on(std::vector<std::string> options) {
  const std::string script =
      "case {} in 1) " + leaves_one + ";; 2) exec $CHILD touch up forever;; esac";
  for (const std::string& word : {script, std::string(":::"), std::string("1"), std::string("2")})
    options.push_back(word);
  return options;
}

}  // namespace

TEST_CASE("what a job that ended by itself left outlives every way that a run ends") {
  const int signal = GENERATE(SIGINT, SIGTERM, SIGHUP, SIGQUIT);
  INFO(signal);
  test_space t;
  const pid_t weir = t.start(leaves_one_and_goes_on({"-j1"}));
  t.wait_for_file("up");
  ::kill(weir, signal);
  const auto run = t.join(weir);
  CHECK(run.term_signal() == signal);
  const left_one left(t);
  CHECK(left.lives());
  CHECK_FALSE(t.exists("told"));
  CHECK(run.err.find("left running: process " + std::to_string(left.pid()) + " of job 1") !=
        std::string::npos);
  CHECK(t.survivors().empty());
}

TEST_CASE("what a job that ended by itself left outlives kill -9 of the engine and the keeper") {
  const bool engine = GENERATE(true, false);
  INFO(engine);
  test_space t;
  const pid_t weir = t.start(leaves_one_and_goes_on({"-j1"}));
  t.wait_for_file("up");
  ::kill(engine ? t.engine_of(weir) : weir, SIGKILL);
  CHECK(t.join(weir).term_signal() == SIGKILL);
  test_space::eventually([&] { return t.survivors().empty(); });
  const left_one left(t);
  CHECK(left.lives());
  CHECK_FALSE(t.exists("told"));
}

TEST_CASE("what a job that ended by itself left outlives --halt") {
  test_space t;
  const auto run =
      t.weir({"-j1", "--halt", "now,fail=1", "case {} in 1) " + leaves_one + ";; *) exit 3;; esac",
              ":::", "1", "2", "3"});
  CHECK(run.exit_code() == 1);
  CHECK(left_one(t).lives());
}

TEST_CASE("while what jobs left is ended, the first signal leaves it its time, and says so") {
  test_space t;
  const pid_t weir =
      t.start({"-j1", "--leftovers", "end", "--close-timeout", "1h",
               "$CHILD daemon close-output ignore-term pid left wait-for go then wait-for left; :",
               ":::", "1"});
  const auto says = [&](const std::string& words) {
    test_space::eventually([&] { return t.read("err.1").find(words) != std::string::npos; });
  };
  says("weir: ending what jobs have left running (");
  const left_one left(t);
  ::kill(weir, SIGTERM);
  says("weir: stopping (SIGTERM): ending what jobs have left running (");
  SECTION("a second one does not") {
    test_space::eventually([&] {
      ::kill(weir, SIGTERM);  // within 300 ms it counts once
      return !left.lives();
    });
  }
  SECTION("nor does SIGQUIT") {
    test_space::eventually([&] {
      ::kill(weir, SIGQUIT);
      return !left.lives();
    });
  }
  SECTION("and it may end") {
    t.write("go", "");
  }
  CHECK(t.join(weir).term_signal() == SIGTERM);
  CHECK_FALSE(left.lives());
}

TEST_CASE("what a failed job left is ended, TERM first") {
  test_space t;
  const std::string retries = GENERATE("1", "2");
  const auto run = t.weir(
      {"-j1", "--retries", retries, ": {}; rm -f left; " + leaves_one + "; exit 3", ":::", "x"});
  INFO(run.err);
  CHECK(run.exit_code() == 1);
  const left_one left(t);
  CHECK_FALSE(left.lives());
  CHECK(t.exists("told"));
  CHECK(run.err.find("exit 3") != std::string::npos);
  CHECK(run.err.find("left running") == std::string::npos);
  CHECK(run.err.find("job 1 failed and left process " + std::to_string(left.pid()) + " (") !=
        std::string::npos);
}

TEST_CASE("what a job left that is timed out is ended, TERM first") {
  test_space t;
  const auto run = t.weir(
      {"-j1", "--timeout", "1s", ": {}; " + leaves_one + "; exec $CHILD forever", ":::", "x"});
  CHECK(run.exit_code() == 1);
  CHECK_FALSE(left_one(t).lives());
  CHECK(t.exists("told"));
}

TEST_CASE("a process whose job other programs' variables hide is ended with it") {
  test_space t;
  // As GNU parallel does in a job; while another job runs, so that time tells nothing.
  const auto run = t.weir({"-j2", "--timeout", "1s",
                           "case {} in 1) PARALLEL_PID=1 PARALLEL_SEQ=7 $CHILD daemon close-output "
                           "mark-term told pid left forever then wait-for left;; esac; "
                           "exec $CHILD forever",
                           ":::", "1", "2"});
  CHECK(run.exit_code() == 1);
  CHECK_FALSE(left_one(t).lives());
  CHECK(t.exists("told"));
}

TEST_CASE("what a weir in a job left is the outer one's, by the outer job's end") {
  test_space t;
  const bool fails = GENERATE(true, false);
  INFO(fails);
  t.write("inner.sh",
          "$WEIR -q -j1 '$CHILD daemon close-output mark-term told pid left forever "
          "then wait-for left; : {}' ::: y; exit " +
              std::string(fails ? "3" : "0"));
  const auto run = t.weir(
      {"-j2", "case {} in 1) sh inner.sh;; 2) $CHILD wait-for left;; esac", ":::", "1", "2"});
  CHECK(run.exit_code() == (fails ? 1 : 0));
  const left_one left(t);
  CHECK(left.lives() == !fails);
  CHECK(t.exists("told") == fails);
}

TEST_CASE("leftovers: end ends what is left with the run, not before, TERM first") {
  test_space t;
  const auto run =
      t.weir({"-j1", "--leftovers", "end",
              "case {} in 1) " + leaves_one + ";; 2) kill -0 $(cat left);; esac", ":::", "1", "2"});
  CHECK(run.exit_code() == 0);
  CHECK_FALSE(left_one(t).lives());
  CHECK(t.exists("told"));
  CHECK(run.err.empty());
}

TEST_CASE("leftovers: end ends also what hides whose it is from the jobs beside it") {
  test_space t;
  const auto run = t.weir({"-j2", "--leftovers", "end",
                           "case {} in 1) (setsid env -i $CHILD close-output pid left forever &) ; "
                           "$CHILD wait-for left;; 2) $CHILD wait-for left; sleep .2;; esac",
                           ":::", "1", "2"});
  CHECK(run.exit_code() == 0);
  CHECK_FALSE(left_one(t).lives());
}

TEST_CASE("leftovers: end holds after kill -9 of the engine, TERM first") {
  test_space t;
  const pid_t weir = t.start(leaves_one_and_goes_on({"-j1", "--leftovers", "end"}));
  t.wait_for_file("up");
  ::kill(t.engine_of(weir), SIGKILL);
  CHECK(t.join(weir).term_signal() == SIGKILL);
  CHECK_FALSE(left_one(t).lives());
  CHECK(t.exists("told"));
}

TEST_CASE("leftovers: end kills what does not hear TERM") {
  test_space t;
  const auto run = t.weir({"-j1", "--leftovers", "end", "--close-timeout", "0.1s",
                           ": {}; $CHILD daemon close-output ignore-term pid left forever then "
                           "wait-for left",
                           ":::", "x"});
  CHECK(run.exit_code() == 0);
  CHECK_FALSE(left_one(t).lives());
}

TEST_CASE("leftovers: fail fails the job, names the process and ends it") {
  test_space t;
  const auto run = t.weir({"-j1", "--leftovers", "fail",
                           "case {} in 1) " + leaves_one + ";; 2) :;; esac", ":::", "1", "2"});
  CHECK(run.exit_code() == 1);
  const left_one left(t);
  CHECK_FALSE(left.lives());
  CHECK(t.exists("told"));
  CHECK(run.err.find("left running: process " + std::to_string(left.pid())) != std::string::npos);
  CHECK(run.err.find("1 succeeded, 1 failed") != std::string::npos);
}

TEST_CASE("a manifest says the rule for each job") {
  test_space t;
  t.write("jobs.toml",
          "version = 1\n[defaults]\nleftovers = \"fail\"\n"
          "[[job]]\nname = \"server\"\nleftovers = \"end\"\nrun = '" +
              leaves_one +
              "'\n[[job]]\nname = \"test\"\nneeds = [\"server\"]\n"
              "run = 'kill -0 $(cat left)'\n");
  const auto run = t.weir({"--file", "jobs.toml"});
  INFO(run.err);
  CHECK(run.exit_code() == 0);
  CHECK_FALSE(left_one(t).lives());
  CHECK(t.exists("told"));
}

TEST_CASE("a rule that is not known is told with what is") {
  test_space t;
  const auto run = t.weir({"--leftovers", "kill", "true", ":::", "x"});
  CHECK(run.exit_code() == 2);
  CHECK(run.err == "weir: --leftovers: invalid value \"kill\": expected leave, end or fail\n");
}

TEST_CASE("without a /proc, a job that is timed out is ended with its process group") {
  test_space t;
  if (t.shell("unshare -m mount -t tmpfs none /proc").exit_code() != 0) {
    WARN("skipped: unshare(1) is refused here");
    return;
  }
  const auto run = t.shell(
      "unshare -m sh -c 'mount -t tmpfs none /proc; exec $WEIR -j1 --timeout 0.5s --close-timeout "
      "0.5s $CHILD background ignore-term pid left forever then forever ::: x'");
  CHECK(run.exit_code() == 1);
  const left_one left(t);
  test_space::eventually([&] { return !left.lives(); });
}
