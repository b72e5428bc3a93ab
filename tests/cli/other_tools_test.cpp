// What people type who know GNU parallel, xargs, concurrently or rush.
#include <utility>

#include "support/catch.hpp"
#include "support/refused.hpp"
#include "support/test_space.hpp"

using namespace test;

namespace {

std::string answer(test_space& t, const std::string& option) {
  const auto run = t.weir({option, "touch", ":::", "started"});
  CHECK(run.exit_code() == 2);
  CHECK(lines(run.err).size() == 1);
  CHECK_FALSE(t.exists("started"));
  return run.err;
}

}  // namespace

TEST_CASE("an option of another tool is answered with weir's own") {
  test_space t;
  const std::pair<const char*, const char*> rows[] = {
      {"--files", "use --results DIR"},
      {"--halt-on-error", "use --halt now,fail=1"},
      {"--kill-others-on-fail", "use --halt now,fail=1"},
      {"--kill-others", "use --halt now,done=1"},
      {"--max-processes", "use -j N"},
      {"--restart-tries", "use --retries N"},
      {"--restart-after", "use --retry-delay TIME, with --retries N"},
      {"-f", "use -a FILE for items, --file FILE for a manifest"},
      {"-fitems", "use -a FILE for items"}};
  for (const auto& [option, advice] : rows)
    CHECK_THAT(answer(t, option), Catch::Contains(std::string(": unknown option; ") + advice));
  for (const char* option : {"-x", "--quote", "-c", "--env"})
    CHECK_THAT(answer(t, option), Catch::Contains(": not needed: "));
}

TEST_CASE("an option that nothing stands for is answered with no guess") {
  test_space t;
  for (const char* option : {"-S", "-Shost", "-p", "--sshlogin", "--eof", "--interactive",
                             "--profile", "--color-failed", "--block-timeout", "--xyz", "-Z"})
    CHECK_THAT(answer(t, option), Catch::EndsWith(": unknown option (see weir --help)\n"));
}

TEST_CASE("options of other tools that weir knows mean the same here") {
  test_space t;
  for (const char* progress : {"--bar", "--eta", "--progress"})
    CHECK(t.weir({progress, "echo", ":::", "x"}).out == "x\n");
  for (const char* halt : {"1", "2", "now,fail=1"})
    CHECK(t.weir({"-j1", "--halt", halt, "CHILD", "exit", ":::", "0", "1", "0"}).exit_code() == 1);
  CHECK(t.weir({"--results", "out", "echo", ":::", "x"}).out == "x\n");
  CHECK(t.weir({"-N2", "echo", ":::", "x", "y"}).out == "x y\n");
  CHECK(t.weir({"--max-replace-args", "2", "echo", ":::", "x", "y"}).out == "x y\n");
}

TEST_CASE("an option that is nearly right is answered with the one that was meant") {
  test_space t;
  const auto meant = [&](const char* typed, const char* name) {
    refused(t, {typed, "touch", ":::", "started"},
            std::string(typed) + ": unknown option; did you mean " + name + '?');
  };
  meant("--keep", "--keep-order");
  meant("--line-buffered", "--line-buffer");
  meant("--time-out", "--timeout");
  meant("--job-log", "--joblog");
  meant("--order", "--keep-order");
  meant("--max-jobs", "--jobs");
  meant("--log", "--joblog");
  meant("--Limit", "--limit");
  meant("-tag", "--tag");
  meant("-raw", "--raw");
  meant("-jobs", "--jobs");
}

TEST_CASE("what scripts for GNU parallel say is taken") {
  test_space t;
  CHECK(t.weir({"--will-cite", "--no-notice", "--linebuffer", "echo", ":::", "x"}).out == "x\n");
  CHECK(t.weir({"--dryrun", "echo", ":::", "x"}).out == "echo x\n");
}

TEST_CASE("habits of other tools are met, or answered") {
  test_space t;
  CHECK(t.weir({"-P", "1", "-k", "echo", ":::", "x"}).out == "x\n");
  CHECK(t.weir({"--max-procs", "2", "echo", ":::", "x"}).out == "x\n");
  refused(t, {"--retry", "3", "echo"}, "--retry: unknown option; use --retries N");
  CHECK(t.weir({"-I{}", "echo", "{}", ":::", "x"}).out == "x\n");
  t.write("jobs.toml", "version = 1\n[[job]]\nname = \"a\"\nrun = \"true\"\n");
  refused(t, {"--file", "jobs.toml", "a", "--check"},
          "--check comes after a job name; put options before names");
}

TEST_CASE("bats can use it in the place of GNU parallel") {
  test_space t;
  const auto run = t.shell(
      "printf '%s\\n' one two | $WEIR --keep-order --jobs 2 --halt now,fail=1 -- echo -x '{#}' "
      "'{}'");
  CHECK(run.out == "-x 1 one\n-x 2 two\n");
}

TEST_CASE("zenity reads --bar of GNU parallel") {
  test_space t;
  const auto run = t.shell("$WEIR --as parallel --bar true ::: 1 2 3 4");
  CHECK(run.exit_code() == 0);
  CHECK_THAT(run.err, Catch::Contains("# 0 sec") && Catch::EndsWith("100% 4:0=0s\r\n"));
}
