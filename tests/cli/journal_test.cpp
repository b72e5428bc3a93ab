// --journal and --resume, from outside.
#include "support/catch.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>

#include <sys/stat.h>

#include "support/test_space.hpp"

using Catch::Contains;
using test::test_space;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// A job that leaves a line in `ran`, and fails while the file `fail` is there.
std::string noted(const test_space& space) {
  return "echo {} >> " + space.path("ran") + "; ! test -e " + space.path("fail");
}

using words = std::vector<std::string>;

words with(words left, const words& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

}  // namespace

TEST_CASE("what ended does not run again, however the input was edited") {
  test_space space;
  const auto run = [&](words options, words items) {
    return space.weir(with(with(options, {noted(space), ":::"}), items));
  };
  CHECK(run({"--journal", space.path("j")}, {"a", "b", "b"}).exit_code() == 0);
  const auto again = run({"--resume", space.path("j")}, {"new", "b", "a", "b", "b"});
  CHECK(again.exit_code() == 0);
  const std::string ran = space.read("ran");
  CHECK(count(ran, "a\n") == 1);
  CHECK(count(ran, "b\n") == 3);  // one more than had ended
  CHECK(count(ran, "new\n") == 1);
  CHECK_THAT(again.err, Contains("resuming " + space.path("j") + ": 3 jobs ended there"));
}

TEST_CASE("what failed stays failed, and runs again when asked for") {
  test_space space;
  space.write("fail", "");
  const words jobs{noted(space), ":::", "a", "b"};
  CHECK(space.weir(with({"--journal", space.path("j")}, jobs)).exit_code() == 1);
  std::filesystem::remove(space.path("fail"));
  const auto kept = space.weir(with({"--resume", space.path("j")}, jobs));
  CHECK(kept.exit_code() == 1);
  CHECK_THAT(kept.err, Contains("2 of them in an earlier run"));
  CHECK_THAT(kept.err, Contains("job 1 failed in the run being resumed"));
  CHECK_THAT(kept.err, Contains("2 jobs not run again: use --resume-failed for that"));
  CHECK(count(space.read("ran"), "\n") == 2);
  CHECK(space.weir(with({"--resume", space.path("j"), "--resume-failed"}, jobs)).exit_code() == 0);
  CHECK(count(space.read("ran"), "\n") == 4);
  CHECK(space.weir(with({"--resume", space.path("j"), "--resume-failed"}, jobs)).exit_code() == 0);
  CHECK(count(space.read("ran"), "\n") == 4);
}

TEST_CASE("who resumes with other jobs is told that none of them is in the journal") {
  test_space space;
  CHECK(space.weir({"--journal", "j", "CHILD", "say", ":::", "a", "b"}).exit_code() == 0);
  const words all{"--resume", "j", "CHILD", "say", ":::", "a", "b", "c"};
  const words other{"--resume", "j", "CHILD", "print", "1", ":::", "a", "b", "c"};
  const std::string told =
      "none of the 2 jobs recorded in j is in this input; everything will run\n";
  CHECK_THAT(space.weir(with({"--dry-run"}, other)).err, Contains(told));
  CHECK_THAT(space.weir(with({"--dry-run"}, all)).err, !Contains("none of"));
  CHECK_THAT(space.weir(other).err, Contains("warning: " + told));
  CHECK_THAT(space.weir(other).err, !Contains("none of"));
  CHECK(space.weir({"--journal", "one", "CHILD", "say", ":::", "a"}).exit_code() == 0);
  CHECK_THAT(space.weir({"--dry-run", "--resume", "one", "CHILD", "say", ":::", "b"}).err,
             Contains("the only job recorded in one is not in this input; everything will run\n"));
  const auto many =
      space.shell("seq 300 | $WEIR -j1 --resume j --halt soon,fail=1 'test {} -lt 200; : other'");
  CHECK_THAT(many.err, Contains("warning: none of the first 100 jobs in this input is among the 5 "
                                "jobs recorded in j: they all"));
}

TEST_CASE("a journal that is new or empty is told as such to who resumes it") {
  test_space space;
  const words jobs{"--resume", "./j", "CHILD", "say", ":::", "a"};
  CHECK_THAT(space.weir(jobs).err, Contains("weir: ./j did not exist: all jobs run\n"));
  space.write("j", "");
  CHECK_THAT(space.weir(jobs).err, Contains("weir: ./j is empty: all jobs run\n"));
}

TEST_CASE("a run without --resume begins anew in the same journal") {
  test_space space;
  for (int i = 0; i < 2; ++i)
    CHECK(space.weir({"--journal", space.path("j"), noted(space), ":::", "a"}).exit_code() == 0);
  CHECK(count(space.read("ran"), "a\n") == 2);
}

TEST_CASE("after kill -9 what had started is told, and runs again or is skipped") {
  test_space space;
  const std::string job = "echo {} >> " + space.path("ran") +
                          "; test {} = quick || while ! test -e " + space.path("go") +
                          "; do sleep 0.01; done";
  const words jobs{job, ":::", "quick", "slow"};
  const pid_t pid = space.start(with({"-j1", "--journal", space.path("j")}, jobs));
  test_space::eventually(
      [&] { return space.exists("ran") && count(space.read("ran"), "slow\n") == 1; });
  ::kill(space.engine_of(pid), SIGKILL);
  space.join(pid);
  space.write("go", "");
  test_space::eventually([&] { return space.survivors().empty(); });
  const auto skipped =
      space.weir(with({"--resume", space.path("j"), "--unfinished", "skip"}, jobs));
  CHECK_THAT(skipped.err,
             Contains("1 started but did not end (will be skipped if in this input):\n"));
  // Nobody may take that for a success.
  CHECK(skipped.exit_code() == 1);
  CHECK_THAT(
      skipped.err,
      Contains("weir: job 2 started but did not end in the run being resumed; not run again"));
  CHECK_THAT(skipped.err, Contains("weir: 1 job not run again: use --unfinished again for that\n"));
  CHECK(count(space.read("ran"), "\n") == 2);
  const auto again = space.weir(with({"--resume", space.path("j")}, jobs));
  CHECK(again.exit_code() == 0);
  CHECK_THAT(again.err, Contains("1 started but did not end (will run again if in this input):\n"));
  CHECK(count(space.read("ran"), "quick\n") == 1);
  CHECK(count(space.read("ran"), "slow\n") == 2);
}

TEST_CASE("what a journal says has ended is in the other records of a killed run, too") {
  test_space space;
  // Killed by the job that follows, in whatever moment: no end may be in the journal alone.
  for (int i = 0; i < 5; ++i) {
    const std::string deed = "kill -9 $PPID";
    space.shell(
        "rm -f j log r.jsonl; $WEIR -j1 --journal j --joblog log --results r.jsonl 'test {} "
        "-lt 8 || " +
        deed + "' ::: 1 2 3 4 5 6 7 8");
    const auto rows = [&](const std::string& file, const std::string& text) {
      return count(space.read(file), text);
    };
    CHECK(rows("j", "\"type\":\"end\"") == 7);
    CHECK(rows("log", "\n") == 8);
    CHECK(rows("r.jsonl", "\n") == 7);
  }
}

TEST_CASE("a script that was cut off is told as its user wrote it") {
  test_space space;
  const std::string rest = " >> " + space.path("ran") + "; while :; do sleep 0.01; done";
  const words jobs{"echo {}" + rest, ":::", "a b"};
  const pid_t pid = space.start(with({"--journal", space.path("j")}, jobs));
  space.wait_for_file("ran");
  ::kill(space.engine_of(pid), SIGKILL);
  space.join(pid);
  const auto again = space.weir(with({"--resume", space.path("j"), "--unfinished", "skip"}, jobs));
  CHECK_THAT(again.err, Contains("weir:   echo 'a b'" + rest + "\n"));
}

TEST_CASE("in another directory jobs are others, and who resumes there is told") {
  test_space space;
  const std::string resume = "$WEIR --resume " + space.path("j") + " echo ::: a";
  const std::string here = "mkdir -p here there; cd here; ";
  CHECK(space.shell(here + "$WEIR --journal " + space.path("j") + " echo ::: a").exit_code() == 0);
  const auto same = space.shell(here + resume);
  CHECK_THAT(same.err, !Contains("ran in"));
  CHECK(same.out.empty());
  const auto elsewhere = space.shell("cd there; " + resume);
  CHECK_THAT(elsewhere.err, Contains("its jobs ran in " + space.path("here") +
                                     ": run from here, they count as different"));
  CHECK(elsewhere.out == "a\n");
}

TEST_CASE("a second run on one journal is refused, and the first named") {
  test_space space;
  const pid_t pid = space.start({"--journal", space.path("j"),
                                 ": {}; touch " + space.path("on") + "; while ! test -e " +
                                     space.path("go") + "; do sleep 0.01; done",
                                 ":::", "x"});
  space.wait_for_file("on");
  const auto second = space.weir({"--resume", space.path("j"), "echo", ":::", "x"});
  CHECK(second.exit_code() == 2);
  CHECK_THAT(second.err, Contains("is in use by weir process " + std::to_string(pid) + ","));
  CHECK(second.out.empty());
  space.write("go", "");
  CHECK(space.join(pid).exit_code() == 0);
}

TEST_CASE("a journal that was cut off within a line is mended, and said so") {
  test_space space;
  CHECK(space.weir({"--journal", space.path("j"), noted(space), ":::", "a"}).exit_code() == 0);
  const std::string whole = space.read("j");
  const auto second_line_from_the_end = whole.rfind('\n', whole.size() - 2) + 1;
  space.write("j", whole.substr(0, second_line_from_the_end - 10));  // within the end of a
  const std::string torn = space.read("j");
  const auto plan =
      space.weir({"--resume", space.path("j"), "--dry-run", noted(space), ":::", "a"});
  CHECK_THAT(plan.err, Contains("would cut off") && Contains("after the last whole record"));
  CHECK(space.read("j") == torn);
  const auto again = space.weir({"--resume", space.path("j"), noted(space), ":::", "a"});
  CHECK(again.exit_code() == 0);
  CHECK_THAT(again.err, Contains(": cut off") && Contains("after the last whole record"));
  CHECK(count(space.read("ran"), "a\n") == 2);
  CHECK(count(space.read("j"), "\"type\":\"end\"") == 1);
}

TEST_CASE("a journal in which no line is good is refused, and kept") {
  test_space space;
  CHECK(space.weir({"--journal", space.path("j"), noted(space), ":::", "a"}).exit_code() == 0);
  std::string text = space.read("j");
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
    text.insert(at, 1, '\r');
  space.write("j", text);
  const auto refused = space.weir({"--resume", space.path("j"), noted(space), ":::", "a"});
  CHECK(refused.exit_code() == 2);
  CHECK_THAT(refused.err, Contains("is not a weir journal (line 1 should begin with {"));
  CHECK(space.read("j") == text);
}

TEST_CASE("damaged lines stay in the journal, and are told") {
  test_space space;
  CHECK(space.weir({"--journal", space.path("j"), noted(space), ":::", "a"}).exit_code() == 0);
  std::string text = space.read("j");
  text[text.find("\"type\":\"end\"") + 20] ^= 1;
  space.write("j", text);
  const auto again = space.weir({"--resume", space.path("j"), noted(space), ":::", "a"});
  CHECK(again.exit_code() == 0);
  CHECK_THAT(again.err, Contains("ignored 1 damaged line"));
  CHECK(space.read("j").starts_with(text));
  CHECK(count(space.read("ran"), "a\n") == 2);
}

TEST_CASE("who begins anew over a run that was cut off is told of --resume") {
  test_space space;
  const std::string job = "echo {} >> " + space.path("ran") + "; while :; do sleep 0.01; done";
  const pid_t pid = space.start({"--journal", space.path("j"), job, ":::", "a"});
  space.wait_for_file("ran");
  ::kill(space.engine_of(pid), SIGKILL);
  space.join(pid);
  const auto anew = space.weir({"--journal", space.path("j"), "true", ":::", "a"});
  CHECK(anew.exit_code() == 0);
  CHECK_THAT(anew.err, Contains("--resume would continue the interrupted run"));
}

TEST_CASE("another file is not taken for a journal, and not touched") {
  test_space space;
  space.write("notes", "my notes\n");
  const auto refused = space.weir({"--journal", space.path("notes"), "echo", ":::", "x"});
  CHECK(refused.exit_code() == 2);
  CHECK_THAT(refused.err, Contains("notes is not a weir journal"));
  CHECK(refused.out.empty());
  CHECK(space.read("notes") == "my notes\n");
}

TEST_CASE("what cannot be a journal is refused, also where it is only read") {
  test_space space;
  REQUIRE(::mkfifo(space.path("fifo").c_str(), 0600) == 0);
  for (const std::string& file : {space.path("fifo"), std::string("/dev/null")})
    for (const words& options : {words{"--journal", file}, words{"--resume", file},
                                 words{"--resume", file, "--dry-run"}}) {
      const auto refused = space.weir(with(options, {"echo", ":::", "x"}));
      CHECK(refused.exit_code() == 2);
      CHECK_THAT(refused.err, Contains(file + " is not a regular file"));
      CHECK(refused.out.empty());
    }
}

TEST_CASE("a journal of another version is refused, and not touched") {
  test_space space;
  const std::string later =
      R"({"type":"run","v":2,"run":"r","pid":1,"resumed":false,"crc":"a75b05bb"})"
      "\n";
  space.write("j", later);
  const auto refused = space.weir({"--resume", space.path("j"), "echo", ":::", "x"});
  CHECK(refused.exit_code() == 2);
  CHECK_THAT(refused.err, Contains("is a journal of version 2: expected version 1"));
  CHECK(space.read("j") == later);
}

TEST_CASE("a job whose start the journal cannot take does not start") {
  test_space space;
  // SIGXFSZ ignored: writing beyond the limit is an error then, as on a full disk. 400 bytes take
  // the run's line and not the first start.
  const auto full =
      space.shell("trap '' XFSZ; ulimit -f 1; exec $WEIR --journal " + space.path("j") + " '" +
                  noted(space) + std::string(2000, ' ') + "' ::: a b c");
  CHECK(full.exit_code() == 3);
  CHECK_FALSE(space.exists("ran"));
  CHECK_THAT(full.err, Contains(space.path("j") + ": File too large"));
}

TEST_CASE("what is stopped is in the journal, and goes on with --resume") {
  test_space space;
  const std::string job = "echo {} >> " + space.path("ran") + "; while ! test -e " +
                          space.path("go") + "; do sleep 0.01; done";
  const pid_t pid = space.start({"-j1", "--journal", space.path("j"), job, ":::", "a", "b"});
  test_space::eventually([&] { return space.read("ran") == "a\n"; });
  ::kill(pid, SIGINT);
  CHECK(space.join(pid).term_signal() == SIGINT);
  CHECK_THAT(space.read("j"), Contains("\"verdict\":\"cancelled\""));
  CHECK_THAT(space.read("j"), Contains("\"stopped\":\"SIGINT\""));
  space.write("go", "");
  CHECK(space.weir({"-j1", "--resume", space.path("j"), job, ":::", "a", "b"}).exit_code() == 0);
  CHECK(space.read("ran") == "a\na\nb\n");
}

TEST_CASE("in a manifest what needs a job that ended in an earlier run finds it so") {
  test_space space;
  space.write("jobs.toml", R"(version = 1
[[job]]
name = "build"
run = "echo build >> ran"
dir = ")" + space.path("") + R"("
[[job]]
name = "test"
run = "echo test >> ran; test -e go"
dir = ")" + space.path("") + R"("
needs = ["build"]
[[job]]
name = "ship"
run = "echo ship >> ran"
dir = ")" + space.path("") + R"("
needs = ["test"]
)");
  const auto run = [&](words options) {
    return space.weir(with(options, {"--file", space.path("jobs.toml")}));
  };
  CHECK(run({"--journal", space.path("j")}).exit_code() == 1);
  CHECK(space.read("ran") == "build\ntest\n");
  CHECK(run({"--resume", space.path("j")}).exit_code() == 1);
  CHECK(space.read("ran") == "build\ntest\n");
  space.write("go", "");
  CHECK(run({"--resume", space.path("j"), "--resume-failed"}).exit_code() == 0);
  CHECK(space.read("ran") == "build\ntest\ntest\nship\n");
}

TEST_CASE("what goes with a journal says what it needs") {
  test_space space;
  const auto says = [&](words options, const std::string& what) {
    const auto refused = space.weir(with(options, {"echo", ":::", "x"}));
    CHECK(refused.exit_code() == 2);
    CHECK_THAT(refused.err, Contains(what));
  };
  says({"--resume-failed"}, "--resume-failed: needs --resume FILE");
  says({"--unfinished", "skip"}, "--unfinished: needs --resume FILE");
  says({"--sync", "each"}, "--sync: needs --journal FILE");
  says({"--journal", "j", "--sync", "often"}, "expected each, batch or none");
  says({"--resume", "j", "--unfinished", "maybe"}, "expected again or skip");
  says({"--journal", "a", "--resume", "b"}, "a resumed run continues in the same file");
  CHECK_FALSE(space.exists("j"));
}

TEST_CASE("a signal ends weir while it reads a long journal") {
  test_space t;
  t.write("j", "");
  // Hours of reading, and a hole that takes no disk.
  REQUIRE(::truncate(t.path("j").c_str(), off_t{1} << 42) == 0);
  const pid_t weir = t.start({"--resume", "j", "echo", ":::", "x"});
  test_space::eventually([&] { return t.engine_of(weir) > 0; });
  ::kill(weir, SIGINT);
  CHECK(t.join(weir).term_signal() == SIGINT);
}

TEST_CASE("every record of a resumed run tells how a job ended then") {
  test_space space;
  space.write("m.toml", R"(version = 1
[[job]]
name = "lenient"
argv = ["sh", "-c", "exit 3"]
allow-failure = true
[[job]]
name = "slow"
argv = ["sleep", "100"]
timeout = "10ms"
)");
  space.weir({"--journal", "j", "--file", "m.toml"});
  const auto run =
      space.weir({"--resume", "j", "--junit", "j.xml", "--report", "r.html", "--file", "m.toml"});
  CHECK(run.exit_code() == 1);
  CHECK_THAT(run.err,
             Contains("slow (job 2) failed in the run being resumed: timed out after 10ms"));
  CHECK_THAT(space.read("j.xml"), Contains("allowed to fail: exit 3 (in an earlier run)"));
  CHECK_THAT(space.read("j.xml"),
             Contains("message=\"timed out after 10ms (in an earlier run)\" type=\"timeout\""));
  CHECK_THAT(space.read("r.html"), Contains("timed out after 10ms (in an earlier run)"));
}
