// weir-shield: critical sections inside of jobs.
#include "support/catch.hpp"
#include "support/test_space.hpp"

#include <algorithm>

#include <signal.h>
#include <unistd.h>

using namespace test;

namespace {

/// A job that shields a command, which leaves "up" and waits for "go"; the shell around it obeys.
const std::string shielding = ": {}; $SHIELD $CHILD touch up wait-for go say done; echo after";

bool says(const test_space& t, const std::string& text) {
  return t.read("err.1").find(text) != std::string::npos;
}

/// The shield is taken before the command runs: "up" says that, too.
pid_t start_shielded(test_space& t, std::vector<std::string> options,
                     const std::string& job = shielding) {
  for (const auto& word : {std::string("-j1"), job, std::string(":::"), std::string("x")})
    options.push_back(word);
  const pid_t weir = t.start(std::move(options));
  t.wait_for_file("up");
  return weir;
}

void interrupt(const test_space& t, pid_t weir) {
  ::kill(weir, SIGINT);
  test_space::eventually([&] { return says(t, "waiting for 1 shielded job"); });
}

}  // namespace

TEST_CASE("Ctrl-C ends the job but not what it shields, which is waited for") {
  test_space t;
  const pid_t weir = start_shielded(t, {});
  interrupt(t, weir);
  t.write("go", "");
  const auto run = t.join(weir);
  CHECK(run.term_signal() == SIGINT);
  CHECK(run.out == "done\n");  // and nothing after it
  CHECK(t.survivors().empty());
}

TEST_CASE("what a shielded command starts is shielded, too") {
  test_space t;
  const pid_t weir = start_shielded(
      t, {}, ": {}; $SHIELD sh -c '$CHILD setsid touch up wait-for go say done then wait-for end'");
  interrupt(t, weir);
  t.write("go", "");
  t.write("end", "");
  CHECK(t.join(weir).out == "done\n");
}

TEST_CASE("what a script leaves behind with a shield keeps its output") {
  test_space t;
  // c starts when b is over, and b when the time of those who hold an output has passed.
  const pid_t weir = t.start({"-j2", "-q",
                              "case {} in a) $SHIELD $CHILD touch up wait-for go say done & ;; "
                              "b) $CHILD wait-for up; $CHILD wait-for go & ;; c) : > c ;; esac",
                              ":::", "a", "b", "c"});
  t.wait_for_file("c");
  t.write("go", "");
  CHECK(t.join(weir).out == "done\n");
}

TEST_CASE("a second Ctrl-C ends what is shielded") {
  test_space t;
  const pid_t weir = start_shielded(t, {});
  interrupt(t, weir);
  // The same signal within 300 ms counts once: sent until it has been heard.
  test_space::eventually([&] {
    ::kill(weir, SIGINT);
    return t.survivors().size() <= 2;
  });
  const auto run = t.join(weir);
  CHECK(run.term_signal() == SIGINT);
  CHECK(run.out.empty());
  CHECK(t.survivors().empty());
}

TEST_CASE("SIGQUIT kills what is shielded") {
  test_space t;
  const pid_t weir = start_shielded(t, {});
  ::kill(weir, SIGQUIT);
  CHECK(t.join(weir).term_signal() == SIGQUIT);
  CHECK(t.survivors().empty());
}

TEST_CASE("a shield lasts no longer than --wait-timeout after Ctrl-C, --term-timeout after TERM") {
  for (const int signal : {SIGINT, SIGTERM}) {
    INFO("signal " << signal);
    test_space t;
    const pid_t weir =
        start_shielded(t, {signal == SIGINT ? "--wait-timeout" : "--term-timeout", "0.2s"});
    ::kill(weir, signal);
    CHECK(t.join(weir).term_signal() == signal);
    CHECK(says(t, "waiting for 1 shielded job"));
    CHECK(t.survivors().empty());
  }
}

TEST_CASE("what is shielded in a job that goes on after a halt is not ended with the others") {
  test_space t;
  t.write("halted.toml", R"(version = 1
[[job]]
name = "first"
run = "exit 1"
[[job]]
name = "second"
run = "$CHILD wait-for up; exit 1"
[[job]]
name = "ended"
run = "$SHIELD $CHILD wait-for never"
[[job]]
name = "roll-back"
needs = [{ job = "first", on = "failure" }]
run = "$SHIELD $CHILD touch up wait-for go say shielded && echo after"
[[job]]
name = "last"
needs = [{ job = "ended", on = "always" }]
run = "touch go"
)");
  const bool on_worker = GENERATE(false, true);
  const std::string place = on_worker ? "'--on=exec/4:$WEIR --worker' " : "";
  const auto run =
      t.shell("$WEIR -q -j4 --halt now,fail=2 --wait-timeout 0.2s " + place + "--file halted.toml");
  CHECK(run.exit_code() == 1);
  CHECK(run.out == "shielded\nafter\n");
}

TEST_CASE("a shielded command that ignores SIGTERM is killed after the close timeout") {
  test_space t;
  const pid_t weir =
      start_shielded(t, {"--wait-timeout", "0.1s", "--close-timeout", "0.1s"},
                     ": {}; $SHIELD $CHILD ignore-term setsid ignore-term forever then touch up "
                     "forever");
  ::kill(weir, SIGINT);
  CHECK(t.join(weir).term_signal() == SIGINT);
  CHECK(t.survivors().empty());
}

TEST_CASE("a timeout spares what is shielded, and the job is over when that is") {
  test_space t;
  const pid_t weir = start_shielded(t, {"--timeout", "0.2s"},
                                    ": {}; (trap 'touch termed' TERM; $CHILD wait-for termed; :) & "
                                    "$SHIELD $CHILD touch up wait-for termed say done; echo after");
  const auto run = t.join(weir);
  CHECK(run.exit_code() == 1);
  CHECK(run.out == "done\n");
}

TEST_CASE("a job that leaves a shield behind is over when the shield is") {
  test_space t;
  const auto run = t.weir({"-j1", "-k",
                           ": {}; $SHIELD $CHILD touch up{} wait-for go{} say shielded & "
                           "$CHILD wait-for up{}; touch go{}; echo job {}",
                           ":::", "1", "2"});
  CHECK(run.exit_code() == 0);
  const auto all = lines(run.out);
  REQUIRE(all.size() == 4);
  CHECK(std::count(all.begin(), all.begin() + 2, "shielded") == 1);
  CHECK(t.survivors().empty());
}

TEST_CASE("what is shielded and left behind counts not as left running") {
  test_space t;
  // Longer than what is left may take to end.
  const std::string leaves = ": {}; $SHIELD sh -c 'sleep 0.7; echo done' & ";
  const auto well = t.weir({"--leftovers", "fail", leaves + "exit 0", ":::", "x"});
  CHECK(well.exit_code() == 0);
  CHECK(well.out == "done\n");
  const auto failed = t.weir({"-q", leaves + "exit 1", ":::", "x"});
  CHECK(failed.exit_code() == 1);
  CHECK(failed.out == "done\n");
  CHECK(failed.err.find("ending it") == std::string::npos);
}

TEST_CASE("what a shielded command leaves behind is looked for when it has ended") {
  test_space t;
  const auto run =
      t.weir({"--leftovers", "fail",
              ": {}; $SHIELD sh -c 'sleep 0.7; setsid $CHILD forever & : ' & exit 0", ":::", "x"});
  CHECK(run.exit_code() == 1);
  CHECK(run.err.find("left running: process") != std::string::npos);
  CHECK(t.survivors().empty());
}

TEST_CASE("without weir, weir-shield is its command") {
  test_space t;
  CHECK(t.shell("$SHIELD $CHILD say words exit 3").out == "words\n");
  CHECK(t.shell("$SHIELD $CHILD exit 3").exit_code() == 3);
  CHECK(t.shell("WEIR_SHIELD=weir-shield-gone $SHIELD -- $CHILD exit 4").exit_code() == 4);
  CHECK(t.shell("WEIR_SHIELD=,,x,$(printf %300d 1) $SHIELD $CHILD exit 5").exit_code() == 5);
}

TEST_CASE("weir-shield says what is wrong, with the statuses of a shell") {
  test_space t;
  const auto without = t.shell("$SHIELD");
  CHECK(without.exit_code() == 2);
  CHECK(without.err == "weir-shield: COMMAND is missing (see weir-shield --help)\n");
  CHECK(t.shell("$SHIELD --no-such true").exit_code() == 2);
  CHECK(t.shell("$SHIELD ./none").exit_code() == 127);
  t.write("not-executable", "");
  CHECK(t.shell("$SHIELD ./not-executable").exit_code() == 126);
  CHECK(t.shell("$SHIELD --help").exit_code() == 0);
  CHECK(t.shell("$SHIELD --version").out.find("weir-shield ") == 0);
}

TEST_CASE("the exit status in a job is the command's") {
  test_space t;
  const auto run = t.weir({"-k", "$SHIELD $CHILD exit {}; echo $?", ":::", "0", "7"});
  CHECK(run.out == "0\n7\n");
}

TEST_CASE("a shield is heard by every weir around it") {
  test_space t;
  const pid_t weir =
      start_shielded(t, {"--close-timeout", "3s"},
                     ": {}; $WEIR -q --close-timeout 0.2s --term-timeout 0.1s "
                     "'$SHIELD $CHILD touch up wait-for go say done; echo {}' ::: x");
  interrupt(t, weir);
  // Longer than the grace, which a busy machine needs, and the inner weir's own patience: time
  // itself is what is tested.
  ::usleep(3'300'000);
  t.write("go", "");
  const auto run = t.join(weir);
  CHECK(run.term_signal() == SIGINT);
  INFO(run.err);
  CHECK(run.out == "done\n");
  CHECK(t.survivors().empty());
}

TEST_CASE("what waits for a shield goes on when that ends while weir looks elsewhere") {
  test_space t;
  const pid_t weir =
      start_shielded(t, {"--close-timeout", "3s"},
                     ": {}; trap '' TERM; $SHIELD $CHILD pid shielded touch up wait-for go; "
                     "$CHILD touch next wait-for end say after");
  const pid_t engine = t.engine_of(weir);
  interrupt(t, weir);
  // The one in front would continue the other.
  for (const pid_t each : {weir, engine}) {
    ::kill(each, SIGSTOP);
    test_space::eventually([&] { return process_stat(each).state == 'T'; });
  }
  t.write("go", "");
  t.wait_for_file("next");
  ::usleep(3'300'000);  // the grace of the job is over: time itself is what is tested
  for (const pid_t each : {engine, weir}) ::kill(each, SIGCONT);
  test_space::eventually([&] {
    ::kill(weir, SIGUSR1);
    return says(t, "slot 1 for");
  });
  t.write("end", "");
  const auto run = t.join(weir);
  INFO(run.err);
  CHECK(run.term_signal() == SIGINT);
  CHECK(run.out == "after\n");
}

namespace {

/// The inner weir's job, which is to be left in peace.
const std::string inner_job = "'$CHILD touch up wait-for go say done; : {}' ::: x";

}  // namespace

TEST_CASE("a job that an inner weir shields is waited for by the outer one") {
  test_space t;
  const pid_t weir =
      start_shielded(t, {}, ": {}; $WEIR -q --shield --term-timeout 0.1s " + inner_job);
  interrupt(t, weir);
  // Longer than the inner weir's own patience: time itself is what is tested.
  ::usleep(300'000);
  t.write("go", "");
  const auto run = t.join(weir);
  CHECK(run.term_signal() == SIGINT);
  CHECK(run.out == "done\n");
  CHECK(t.survivors().empty());
}

TEST_CASE("a shield of an inner weir's job lasts as long as that of a command") {
  for (const int signal : {SIGINT, SIGTERM, SIGQUIT}) {
    INFO("signal " << signal);
    test_space t;
    const pid_t weir =
        start_shielded(t, {signal == SIGINT ? "--wait-timeout" : "--term-timeout", "0.2s"},
                       ": {}; $WEIR -q --shield " + inner_job);
    ::kill(weir, signal);
    const auto run = t.join(weir);
    CHECK(run.term_signal() == signal);
    CHECK(run.out.empty());
    // Killed, an inner weir may say so of itself.
    if (signal != SIGQUIT) CHECK(says(t, "waiting for 1 shielded job"));
    CHECK(t.survivors().empty());
  }
}

TEST_CASE("a timeout spares the jobs that an inner weir's manifest shields") {
  test_space t;
  t.write(
      "inner.toml",
      "version = 1\n[[job]]\nrun = '$CHILD touch up wait-for termed say done'\nshield = true\n");
  const pid_t weir = start_shielded(t, {"--timeout", "2s"},
                                    ": {}; (trap 'touch termed' TERM; $CHILD wait-for termed; :) & "
                                    "$WEIR -q --file inner.toml");
  const auto run = t.join(weir);
  CHECK(run.exit_code() == 1);
  CHECK(run.out == "done\n");
}

TEST_CASE("the jobs of an inner weir are ended by that, not by the outer one") {
  test_space t;
  // The inner weir waits for its shielded job, and lets the other go on meanwhile.
  t.write("inner.toml",
          "version = 1\n[[job]]\nrun = '$CHILD touch up wait-for go'\nshield = true\n"
          "[[job]]\nrun = 'trap \"echo told; exit 0\" TERM; $CHILD touch other wait-for on; "
          "trap : TERM; echo well; touch go'\n");
  const pid_t weir = start_shielded(t, {"-q"}, ": {}; $WEIR -q -j2 --file inner.toml");
  t.wait_for_file("other");
  interrupt(t, weir);
  t.write("on", "");
  const auto run = t.join(weir);
  CHECK(run.term_signal() == SIGINT);
  CHECK(run.out == "well\n");
  CHECK(t.survivors().empty());
}

TEST_CASE("a main process that shields itself is waited for") {
  test_space t;
  const pid_t weir =
      start_shielded(t, {}, ": {}; exec $SHIELD $CHILD touch up wait-for go say done");
  interrupt(t, weir);
  t.write("go", "");
  const auto run = t.join(weir);
  CHECK(run.out == "done\n");
  CHECK(run.err.find("cancelled") == std::string::npos);
}

TEST_CASE("a main process that shields itself and is ended all the same is cancelled") {
  test_space t;
  const pid_t weir = start_shielded(t, {},
                                    ": {}; exec $SHIELD sh -c 'trap \"exit 0\" TERM; touch up; "
                                    "while :; do sleep 0.01; done'");
  interrupt(t, weir);
  test_space::eventually([&] {
    ::kill(weir, SIGINT);  // within 300 ms it counts once
    return says(t, "ending 1 job");
  });
  CHECK(t.join(weir).err.find("cancelled") != std::string::npos);
}

TEST_CASE("Ctrl-Z stops what is shielded, too") {
  test_space t;
  const pid_t weir = t.start_in_group(
      {"-j1", ": {}; $SHIELD $CHILD pid shielded wait-for go say done", ":::", "x"});
  t.wait_for_file("shielded");
  const auto pid = static_cast<pid_t>(std::stol(t.read("shielded")));
  ::kill(weir, SIGTSTP);
  test_space::eventually([&] { return process_stat(pid).state == 'T'; });
  test_space::eventually([&] { return process_stat(weir).state == 'T'; });
  ::kill(weir, SIGCONT);
  test_space::eventually([&] { return process_stat(pid).state != 'T'; });
  t.write("go", "");
  const auto run = t.join(weir);
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "done\n");
}

TEST_CASE("the names of shields do not leak out of their run") {
  test_space t;
  const auto run = t.shell(
      "WEIR_SHIELD=outer $WEIR -j1 'case $WEIR_SHIELD in weir-shield-*,outer) echo {};; esac' "
      "::: both");
  CHECK(run.out == "both\n");
}
