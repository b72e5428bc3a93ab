// Exit codes that are success, or nothing to do, and when a job is tried again.
#include "support/catch.hpp"
#include "support/refused.hpp"
#include "support/test_space.hpp"

using namespace test;

TEST_CASE("ok names the exit codes that are success in place of 0") {
  test_space t;
  CHECK(t.weir({"--ok", "0,3", "CHILD", "exit", "{}", ":::", "0", "3"}).exit_code() == 0);
  CHECK(t.weir({"--ok", "0,3", "CHILD", "exit", "{}", ":::", "1"}).exit_code() == 1);
  const auto run = t.weir({"--ok=3", "CHILD", "exit", "{}", ":::", "0"});
  CHECK(run.exit_code() == 1);
  CHECK_THAT(run.err, Catch::Contains("exit 0"));
}

TEST_CASE("a job with a code of skip had nothing to do") {
  test_space t;
  t.write("a", "x\n");
  t.write("b", "y\n");
  const auto run = t.weir({"--summary", "--skip", "1", "grep", "x", "{}", ":::", "a", "b"});
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "x\n");
  CHECK_THAT(run.err, Catch::Contains("1 succeeded, 1 skipped"));
  CHECK(t.weir({"--skip", "1", "grep", "x", "{}", ":::", "no-such-file"}).exit_code() == 1);
}

TEST_CASE("only the codes of retry-on are tried again") {
  test_space t;
  t.weir({"--retries", "3", "--retry-on", "75", "echo {} >> tries; exit {}", ":::", "75", "1"});
  CHECK(lines(t.read("tries")).size() == 4);
}

TEST_CASE("a timeout is tried again where retry-on says so") {
  test_space t;
  const auto tries = [&](const std::string& on) {
    t.weir({"--retries", "2", "--retry-on", on, "--timeout", "0.1s", "--close-timeout", "0.1s",
            "echo {} >> " + on + "; exec " + child() + " forever", ":::", "x"});
    return lines(t.read(on)).size();
  };
  CHECK(tries("75") == 1);
  CHECK(tries("timeout") == 2);
}

TEST_CASE("a job that waits for its next try lets others run") {
  test_space t;
  const auto run = t.weir({"-j1", "--retries", "2", "--retry-delay", "1s", "--retry-max", "1s",
                           "echo {} >> tries; test {} = good", ":::", "bad", "good"});
  CHECK(run.exit_code() == 1);
  CHECK(t.read("tries") == "bad\ngood\nbad\n");
}

TEST_CASE("options of trying again hold for jobs of a manifest that say nothing") {
  test_space t;
  t.write("jobs.toml",
          "version = 1\n[[job]]\nrun = 'echo a >> tries; exit 1'\n[[job]]\nrun = 'echo b >> tries; "
          "exit 75'\n");
  t.weir({"--file", "jobs.toml", "--retries", "2", "--retry-on", "75"});
  CHECK(lines(t.read("tries")).size() == 3);
}

TEST_CASE("exit codes that contradict each other are refused") {
  test_space t;
  refused(t, {"--skip", "0,1"}, "--skip: 0 counts as success by --ok, which is 0 by default");
  refused(t, {"--ok", "0,3", "--skip", "3"}, "--skip: 3 counts as success by --ok");
  refused(t, {"--retries", "2", "--retry-on", "0"},
          "--retry-on: 0 counts as success by --ok, which is 0 by default");
  refused(t, {"--retries", "2", "--retry-on", "1", "--skip", "1"},
          "--retry-on: 1 counts as skipped by --skip");
}

TEST_CASE("what is no exit code is refused with what was expected") {
  test_space t;
  refused(t, {"--ok", "256"}, "--ok: \"256\" is not an exit code: expected codes from 0 to 255");
  refused(t, {"--skip", "1,"}, "--skip: \"\" is not an exit code");
  refused(t, {"--ok", "timeout"}, "--ok: \"timeout\" is not an exit code");
  refused(t, {"--retries", "2", "--retry-on", "75,time"}, "and \"timeout\", with commas");
}

TEST_CASE("pauses without tries are refused") {
  test_space t;
  refused(t, {"--retry-delay", "1s"}, "--retry-delay: needs --retries N");
  refused(t, {"--retry-on", "75"}, "--retry-on: needs --retries N");
  refused(t, {"--retries", "2", "--retry-max", "1s"}, "--retry-max: needs --retry-delay TIME");
  refused(t, {"--retries", "2", "--retry-delay", "2s", "--retry-max", "1s"},
          "--retry-max: \"1s\" is not a bound of --retry-delay");
  refused(t, {"--retries", "2", "--retry-delay", "soon"}, "--retry-delay: \"soon\"");
}

TEST_CASE("a manifest has its own ok and skip") {
  test_space t;
  t.write("jobs.toml", "version = 1\n[[job]]\nrun = 'touch started'\n");
  refused(t, {"--file", "jobs.toml", "--ok", "3"}, "--ok: cannot be combined with --file: use ok");
  refused(t, {"--file", "jobs.toml", "--skip", "3"}, "--skip: cannot be combined with --file");
}
