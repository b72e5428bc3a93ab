// --halt with a manifest: what does not start any more, what runs all the same, and the exit
// status.
#include <algorithm>
#include <sstream>

#include <signal.h>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;

namespace {

/// One of the repository's examples, with `what` in it replaced so that a step fails.
void write_failing(test_space& t, const std::string& name, const std::string& what,
                   const std::string& with) {
  const test_space examples;
  std::string text = examples.read(std::string(WEIR_EXAMPLES) + '/' + name);
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  t.write(name, text.replace(at, what.size(), with));
}

std::string sorted(const std::string& lines) {
  std::istringstream in(lines);
  std::vector<std::string> all;
  for (std::string line; std::getline(in, line);) all.push_back(line);
  std::sort(all.begin(), all.end());
  std::string joined;
  for (const auto& line : all) joined += line + ' ';
  return joined;
}

std::string head(const std::string& run) {
  return "version = 1\n[run]\n" + run + "\n";
}

std::string job(const std::string& name, const std::string& rest) {
  return "[[job]]\nname = \"" + name + "\"\n" + rest + "\n";
}

std::string says(const std::string& name, const std::string& rest = "") {
  return job(name, "argv = [\"echo\", \"" + name + "\"]\n" + rest);
}

}  // namespace

TEST_CASE("the deployment that fails its check is rolled back") {
  test_space t;
  write_failing(t, "deploy.toml", "\"new page\", \"site", "\"no such page\", \"site");
  REQUIRE(t.shell("mkdir site; echo 'old page' > site/index.html").exit_code() == 0);
  CHECK(t.weir({"--file", "deploy.toml"}).exit_code() == 1);
  CHECK(t.read("site/index.html") == "old page\n");
}

TEST_CASE("the release whose checksum fails says so") {
  test_space t;
  write_failing(t, "release.toml", "sha256sum", "false");
  const auto run = t.weir({"--file", "release.toml"});
  CHECK(run.exit_code() == 1);
  CHECK(run.out == "no release: the checksum failed\n");
}

TEST_CASE("a failure that is allowed does not halt the run") {
  test_space t;
  t.write("m.toml", head("limit = 1\nhalt = \"now,fail=1\"") +
                        job("may-fail", "argv = [\"false\"]\nallow-failure = true") + says("next"));
  const auto run = t.weir({"--file", "m.toml"});
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "next\n");
}

TEST_CASE("after a halt, soon or now, what follows up runs and nothing else") {
  const std::string jobs =
      job("running", "run = \"touch up; while ! test -e go; do sleep 0.01; done\"") +
      job("bad", "run = \"while ! test -e up; do sleep 0.01; done; false\"") +
      says("plain", "needs = [\"running\"]") + says("pending") +
      says("undo", "needs = [{ job = \"bad\", on = \"failure\" }]") +
      says("told", "needs = [\"undo\"]") +
      says("report",
           "needs = [{ job = \"plain\", on = \"always\" }, { job = \"pending\", on = \"always\" "
           "}]") +
      says("sent", "needs = [{ job = \"report\", on = \"always\" }]") +
      says("not-needed", "needs = [{ job = \"undo\", on = \"failure\" }]") +
      says("mixed", "needs = [\"undo\", \"plain\"]") +
      job("go", "needs = [\"told\"]\nrun = \"touch go\"");
  for (const std::string when : {"soon", "now"}) {
    INFO(when);
    test_space t;
    t.write("m.toml", head("limit = 2\nhalt = \"" + when + ",fail=1\"") + jobs);
    const auto run = t.weir({"--file", "m.toml"});
    CHECK(run.exit_code() == 1);
    CHECK(sorted(run.out) == "report sent told undo ");
    CHECK(run.err.find("needs the failure of undo, which succeeded") != std::string::npos);
    CHECK(t.survivors().empty());
  }
}

TEST_CASE("what halting now ends counts as failed for those that need it, and has ended before") {
  test_space t;
  t.write("m.toml",
          head("limit = 3\nhalt = \"now,fail=1\"") +
              job("half-done",
                  "run = \"trap 'sleep 0.1; touch gone; exit' TERM; touch up; while :; do sleep "
                  "0.01; done\"") +
              job("bad", "run = \"while ! test -e up; do sleep 0.01; done; false\"") +
              job("undo",
                  "needs = [{ job = \"half-done\", on = \"failure\" }]\n"
                  "run = \"test -e gone && echo undone\"") +
              job("undo-bad",
                  "needs = [{ job = \"bad\", on = \"failure\" }]\n"
                  "run = \"test -e gone && echo undone\""));
  const auto run = t.weir({"--file", "m.toml"});
  CHECK(run.exit_code() == 1);
  CHECK(run.out == "undone\nundone\n");
}

TEST_CASE("what already cleans up is not ended by a halt") {
  test_space t;
  t.write("m.toml",
          head("limit = 3\nhalt = \"now,fail=2\"") + job("one", "argv = [\"false\"]") +
              job("undo",
                  "needs = [{ job = \"one\", on = \"failure\" }]\n"
                  "run = \"touch up; while ! test -e go; do sleep 0.01; done; "
                  "echo undone\"") +
              job("two", "run = \"while ! test -e up; do sleep 0.01; done; false\"") +
              job("more", "needs = [{ job = \"two\", on = \"failure\" }]\nrun = \"touch go\""));
  CHECK(t.weir({"--file", "m.toml"}).out == "undone\n");
}

TEST_CASE("Ctrl-C after a halt ends what follows up, and starts no more of it") {
  test_space t;
  t.write("m.toml", head("halt = \"soon,fail=1\"") + job("bad", "argv = [\"false\"]") +
                        job("undo",
                            "needs = [{ job = \"bad\", on = \"failure\" }]\n"
                            "run = \"touch up; while :; do sleep 0.01; done\"") +
                        says("never", "needs = [{ job = \"undo\", on = \"always\" }]"));
  const pid_t weir = t.start({"--file", "m.toml"});
  t.wait_for_file("up");
  ::kill(weir, SIGINT);
  const auto run = t.join(weir);
  CHECK(run.term_signal() == SIGINT);
  CHECK(run.out.empty());
  CHECK(t.survivors().empty());
}

TEST_CASE("what follows up is found behind all that may be pending, in TOML and in JSON Lines") {
  test_space t;
  std::string toml = head("limit = 1\npending-limit = 1\nhalt = \"soon,fail=1\"") +
                     job("bad", "argv = [\"false\"]");
  std::string lines = R"({"version":1,"run":{"limit":1,"pending-limit":1,"halt":"soon,fail=1"}})"
                      "\n"
                      R"({"name":"bad","argv":["false"]})"
                      "\n";
  for (int i = 0; i < 50; ++i) {
    toml += says("n" + std::to_string(i));
    lines += R"({"argv":["echo","no"]})"
             "\n";
  }
  t.write("m.toml", toml + says("undo", "needs = [{ job = \"bad\", on = \"failure\" }]"));
  t.write("m.jsonl",
          lines + R"({"argv":["echo","undo"],"needs":[{"job":"bad","on":"failure"}]})" + "\n");
  CHECK(t.weir({"--file", "m.toml"}).out == "undo\n");
  CHECK(t.weir({"--file", "m.jsonl"}).out == "undo\n");
}

TEST_CASE("a halt at which no job runs is told once, also when jobs clean up after it") {
  test_space t;
  t.write("m.toml", head("limit = 1\nhalt = \"now,fail=1\"") + job("bad", "argv = [\"false\"]") +
                        says("no") + says("clean", "needs = [{ job = \"no\", on = \"always\" }]"));
  const auto run = t.weir({"--file", "m.toml"});
  CHECK(run.out == "clean\n");
  const auto first = run.err.find("nothing more starts");
  CHECK(first != std::string::npos);
  CHECK(run.err.find("nothing more starts", first + 1) == std::string::npos);
}

TEST_CASE("after a halt no further line of a pipe is waited for") {
  test_space t;
  const auto run = t.shell(
      "mkfifo in; $WEIR --halt soon,fail=1 --file in --format jsonl & "
      "exec 3> in; echo '{\"argv\":[\"false\"]}' >&3; wait $!");
  CHECK(run.exit_code() == 1);
}

TEST_CASE("halting at success is a success, whatever failed before, unless what follows up fails") {
  test_space t;
  const auto halted = [&](const std::string& rule, const std::string& jobs) {
    t.write("m.toml", head("limit = 1\nhalt = \"" + rule + "\"") + jobs);
    return t.weir({"--file", "m.toml"}).exit_code();
  };
  const std::string mirrors = job("first", "argv = [\"false\"]") + says("second") + says("third");
  CHECK(halted("now,success=1", mirrors) == 0);
  CHECK(halted("soon,success=1", mirrors) == 0);
  CHECK(halted("soon,success=3", mirrors) == 1);
  CHECK(halted("now,done=2", mirrors) == 1);
  CHECK(halted("now,done=1", says("only") + mirrors) == 1);
  CHECK(halted("now,success=1",
               mirrors +
                   job("undo",
                       "needs = [{ job = \"third\", on = \"always\" }]\nargv = [\"false\"]")) == 1);
}
