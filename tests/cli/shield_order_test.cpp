// What waits for a shielded command never goes on because weir has ended that.
#include "support/catch.hpp"
#include "support/test_space.hpp"

#include <csignal>

using namespace test;

namespace {

bool has_said(const test_space& t, const std::string& text) {
  return t.read("err.1").find(text) != std::string::npos;
}

/// The job leaves "up" once it is shielded, and "after" if it goes on.
pid_t start_until_up(test_space& t, std::vector<std::string> options, const std::string& job) {
  for (const auto& word : {std::string("-j1"), job, std::string(":::"), std::string("x")})
    options.push_back(word);
  const pid_t weir = t.start(std::move(options));
  t.wait_for_file("up");
  return weir;
}

void check_stopped(test_space& t, pid_t weir, int signal) {
  CHECK(t.join(weir).term_signal() == signal);
  CHECK_FALSE(t.exists("after"));
  CHECK(t.survivors().empty());
}

}  // namespace

TEST_CASE("SIGQUIT kills what waits for a shielded command no later than that") {
  const std::string job = GENERATE(
      // The shell, one inside of it, one that does not heed TERM.
      as<std::string>(), ": {}; $SHIELD $CHILD touch up forever; touch after",
      ": {}; sh -c '$SHIELD $CHILD touch up forever; touch after'; touch after",
      ": {}; trap : TERM; $SHIELD $CHILD touch up forever; touch after",
      // What reads from it, and what waits for something else beside it.
      ": {}; $SHIELD $CHILD touch up forever | (cat; touch after)",
      ": {}; $SHIELD $CHILD touch up forever & $CHILD forever; touch after",
      // A weir in the job that shields its jobs.
      ": {}; $WEIR --shield '$CHILD touch up forever; :' ::: x; touch after",
      // A main process that has ended by itself.
      "(: {}; $SHIELD $CHILD touch up forever; touch after) & $CHILD wait-for up");
  INFO(job);
  test_space t;
  const pid_t weir = start_until_up(t, {}, job);
  ::kill(weir, SIGQUIT);
  check_stopped(t, weir, SIGQUIT);
  CHECK_FALSE(has_said(t, "failed: SIGKILL"));
}

TEST_CASE("a second signal is sent to what waits for a shielded command no later than to that") {
  const std::string job = GENERATE(
      as<std::string>(), ": {}; $SHIELD $CHILD touch up forever; touch after",
      ": {}; $SHIELD $CHILD trap-term 0 touch up forever && touch after",
      ": {}; $WEIR -q --shield '$CHILD trap-term 0 touch up forever' ::: x; touch after",
      "(: {}; $SHIELD $CHILD touch up forever; touch after) & $CHILD wait-for up; $CHILD forever");
  const int second = GENERATE(SIGTERM, SIGQUIT);
  INFO(job << ", signal " << second);
  test_space t;
  const pid_t weir = start_until_up(t, {"--shield"}, job);
  ::kill(weir, SIGINT);
  test_space::eventually([&] { return has_said(t, "waiting for 1 shielded job"); });
  ::kill(weir, second);
  check_stopped(t, weir, SIGINT);
}

TEST_CASE("so is the signal at the end of the time for shields") {
  const auto* const by = GENERATE("--wait-timeout", "--timeout");
  INFO(by);
  test_space t;
  const std::vector<std::string> options{"--shield", by, "0.2s", "--wait-timeout", "0.2s"};
  const pid_t weir = start_until_up(
      t, options, ": {}; $SHIELD $CHILD trap-term 0 touch up forever && touch after");
  if (by == std::string("--wait-timeout")) {
    ::kill(weir, SIGINT);
    return check_stopped(t, weir, SIGINT);
  }
  CHECK(t.join(weir).exit_code() == 1);
  CHECK_FALSE(t.exists("after"));
}

TEST_CASE("a shell that catches TERM is killed with the shielded command that ignores it") {
  test_space t;
  const pid_t weir =
      start_until_up(t, {"--wait-timeout", "0.1s", "--close-timeout", "0.2s"},
                     ": {}; trap : TERM; $SHIELD $CHILD ignore-term touch up forever; touch after");
  ::kill(weir, SIGINT);
  check_stopped(t, weir, SIGINT);
}

TEST_CASE("what is left by a job is told no later than the shielded command that it waits for") {
  test_space t;
  const pid_t weir = start_until_up(
      t, {}, "(: {}; $SHIELD $CHILD trap-term 0 touch up forever && touch after) & exit 0");
  ::kill(weir, SIGINT);
  test_space::eventually([&] { return has_said(t, "waiting for 1 shielded job"); });
  ::kill(weir, SIGTERM);
  check_stopped(t, weir, SIGINT);
}

TEST_CASE("weir ctl kill kills what is shielded in the job, and the run goes on") {
  const std::string job =
      GENERATE(as<std::string>(), "$SHIELD $CHILD touch up forever; touch after",
               "trap : TERM; $SHIELD $CHILD touch up forever; touch after",
               "$WEIR -q --shield '$CHILD touch up forever; :' ::: x; touch after",
               "($SHIELD $CHILD touch up forever; touch after) & $CHILD wait-for up");
  const bool told_before = GENERATE(false, true);
  INFO(job << (told_before ? ", told to end before" : ""));
  test_space t;
  t.write("job", job);
  const pid_t weir = t.start_shell(
      "exec $WEIR -j1 --control=s --close-timeout 0.1s 'case {} in 1) . ./job;; 2) echo next; esac'"
      " ::: 1 2");
  t.wait_for_file("up");
  if (told_before) CHECK(t.shell("$WEIR ctl ./s cancel 1").exit_code() == 0);
  CHECK(t.shell("$WEIR ctl ./s kill 1").exit_code() == 0);
  const auto run = t.join(weir);
  CHECK(run.exit_code() == 1);
  CHECK(run.out == "next\n");
  CHECK_FALSE(t.exists("after"));
  CHECK(t.survivors().empty());
}

TEST_CASE("weir ctl cancel spares what is shielded") {
  test_space t;
  const pid_t weir = t.start_shell(
      "exec $WEIR -j1 --control=s '$SHIELD $CHILD touch up wait-for go say {}; echo after' ::: 1");
  t.wait_for_file("up");
  CHECK(t.shell("$WEIR ctl ./s cancel 1").exit_code() == 0);
  t.write("go", "");
  CHECK(t.join(weir).out == "1\n");
}

TEST_CASE("what is killed with a shielded command is not told of as left running") {
  test_space t;
  // Many, so that some are about to end when the command has ended.
  const pid_t weir = start_until_up(
      t, {},
      ": {}; $SHIELD sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do $CHILD forever & "
      "done; $CHILD touch up forever; :' & $CHILD wait-for up");
  ::kill(weir, SIGQUIT);
  CHECK(t.join(weir).term_signal() == SIGQUIT);
  CHECK_FALSE(has_said(t, "left running"));
  CHECK(t.survivors().empty());
}

TEST_CASE("a job counts once as shielded, however much of it is") {
  const auto shield = GENERATE(false, true);
  test_space t;
  const pid_t weir =
      start_until_up(t, shield ? std::vector<std::string>{"--shield"} : std::vector<std::string>{},
                     ": {}; $SHIELD $CHILD wait-for go & $SHIELD $CHILD touch first wait-for go & "
                     "$CHILD wait-for first; $SHIELD $CHILD touch up wait-for go; wait");
  ::kill(weir, SIGINT);
  test_space::eventually([&] { return has_said(t, "waiting for"); });
  CHECK(has_said(t, "waiting for 1 shielded job ("));
  t.write("go", "");
  CHECK(t.join(weir).term_signal() == SIGINT);
}
