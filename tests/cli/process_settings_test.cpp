// What the process of a job has otherwise than weir: keys of a manifest.
#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;

namespace {

/// A job with these lines in it, that runs the script.
std::string manifest(const std::string& keys, const std::string& script) {
  return "version = 1\n[[job]]\nname = \"a\"\nrun = '''" + script + "'''\n" + keys + "\n";
}

}  // namespace

TEST_CASE("a job of a manifest has its own priority, limits and umask, and others have weir's") {
  test_space t;
  t.write(
      "jobs.toml",
      manifest("nice = 19\nionice = \"idle\"\nlimits = { nofile = 99, fsize = \"1M\" }\n"
               "umask = \"027\"\n[[job]]\nname = \"b\"\nneeds = [\"a\"]\nrun = '''nice; umask'''",
               "nice; umask; ulimit -n; ulimit -f; touch made"));
  const std::string ours = t.shell("nice").out;
  const auto run = t.shell("umask 022; $WEIR -k --file jobs.toml");
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "19\n0027\n99\n2048\n" + ours + "0022\n");
}

TEST_CASE("a job gets of the environment what it names, and what is set for it") {
  test_space t;
  const auto names = [&](const std::string& keys) {
    t.write("jobs.toml", manifest(keys, "env | sed 's/=.*//' | sort | tr '\\n' ' '"));
    return t.shell("export XA=1 XB=2; $WEIR --file jobs.toml").out;
  };
  CHECK_THAT(names(""), Contains("XA ") && Contains("XB ") && Contains("HOME "));
  const std::string passed =
      names("clear-env = true\npass-env = [\"XA\", \"PATH\"]\nenv = { XC = \"3\" }");
  CHECK_THAT(passed, Contains("XA ") && Contains("XC ") && Contains("PATH ") &&
                         Contains("WEIR_SEQ ") && !Contains("XB ") && !Contains("HOME "));
  CHECK_THAT(names("pass-env = [\"XB\"]"), Contains("XB ") && !Contains("XA "));
  CHECK_THAT(names("clear-env = false\npass-env = [\"XB\"]"), Contains("XA "));
  CHECK_THAT(names("clear-env = true"), !Contains("XA ") && Contains("WEIR_JOB "));
}

TEST_CASE("a limit that cannot be had fails its job, with the reason") {
  test_space t;
  t.write("jobs.toml", manifest("limits = { nofile = \"unlimited\" }", "touch ran"));
  const auto run = t.shell("$WEIR --file jobs.toml");
  CHECK(run.exit_code() == 1);
  CHECK_THAT(run.err, Contains("set limits.nofile: Operation not permitted"));
  CHECK_FALSE(t.exists("ran"));
}

TEST_CASE("what is no priority, limit or mask is refused at its place") {
  test_space t;
  const auto refused = [&](const std::string& key, const std::string& message) {
    t.write("bad.toml", manifest(key, "touch ran"));
    const auto run = t.shell("$WEIR --file bad.toml");
    CHECK(run.exit_code() == 2);
    CHECK_THAT(run.err, Contains("bad.toml:5:") && Contains(message));
  };
  refused("nice = 20", "nice: found the integer 20, expected an integer from -20 to 19");
  refused("ionice = \"idle:1\"", "ionice: found the string \"idle:1\", expected \"idle\"");
  refused("umask = 27", "umask: found the integer 27, expected octal digits in quotes");
  refused("umask = \"28\"", "umask: found the string \"28\"");
  refused("limits = { nofiles = 1 }",
          "unknown key \"nofiles\" in limits, did you mean \"nofile\"?");
  refused("limits = { nofile = -1 }", "limits.nofile: found the integer -1");
  refused("limits = { fsize = \"big\" }", "limits.fsize: \"big\" is not a size");
  refused("limits = { cpu = \"1G\" }", "limits.cpu: found the string \"1G\"");
  refused("pass-env = [\"A=1\"]", "pass-env: found the string \"A=1\", expected a name without =");
  refused("clear-env = 1", "clear-env: found the integer 1, expected true or false");
}

TEST_CASE("a plan tells how the processes of jobs differ from weir's own") {
  test_space t;
  const auto plan = [&](const std::string& keys) {
    t.write("jobs.toml", manifest(keys, "true"));
    return t.shell("$WEIR --file jobs.toml --check").out;
  };
  CHECK_THAT(plan("nice = 5\nionice = \"idle\"\numask = \"027\"\ntty = true"),
             Contains("nice 5, ionice idle, umask 027, with a terminal"));
  CHECK(t.shell("$WEIR --file jobs.toml --dry-run").out ==
        "# nice 5, ionice idle, umask 027, with a terminal\ntrue\n");
  CHECK_THAT(plan("send = [\"a\"]\ncleanup = true"), Contains("sends a, cleans up"));
  CHECK_THAT(plan("ionice = \"best-effort:3\"\nlimits = { nofile = 64, core = \"unlimited\" }"),
             Contains("ionice best-effort:3") && Contains("limit nofile 64") &&
                 Contains("limit core none"));
  CHECK_THAT(plan("pass-env = [\"PATH\", \"HOME\"]"),
             Contains("of weir's environment only PATH HOME"));
  CHECK_THAT(plan("clear-env = true"), Contains("without weir's environment"));
  CHECK_THAT(plan("interactive = true"), Contains("in the foreground"));
}

TEST_CASE("without a terminal --tty is refused before a job starts") {
  test_space t;
  const auto run = t.shell("exec setsid -w $WEIR --tty 'touch ran{}' ::: 1 2 < /dev/null");
  CHECK(run.exit_code() == 2);
  CHECK_THAT(run.err, Contains("weir: --tty: there is no terminal that jobs could read"));
  CHECK(lines(run.err).size() == 1);
  CHECK_FALSE(t.exists("ran1"));
}
