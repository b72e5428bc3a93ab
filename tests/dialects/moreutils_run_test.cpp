// What moreutils' parallel 0.67 prints and exits with, by weir in its place.
#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;

namespace {

finished moreutils(const std::string& words) {
  return test_space().shell("$WEIR --as moreutils " + words);
}

}  // namespace

TEST_CASE("for moreutils a command gets each argument") {
  CHECK(moreutils("-j1 echo a -- 1 'b  c' '$HOME'").out == "a 1\na b  c\na $HOME\n");
  CHECK(moreutils("-j1 -n2 echo a -- 1 2 3").out == "a 1 2\na 3\n");
  CHECK(moreutils("-j1 -i echo 'x{}y' '{}' -- 1 2").out == "x1y 1\nx2y 2\n");
  CHECK(moreutils("-j1 echo '{}' -- 1").out == "{} 1\n");
}

TEST_CASE("for moreutils scripts stand behind two dashes") {
  CHECK(moreutils("-j1 -- 'echo a; echo b' 'echo {}'").out == "a\nb\n{}\n");
}

TEST_CASE("moreutils' status is that of all jobs or-ed together") {
  CHECK(moreutils("-- 'exit 1' 'exit 2' 'exit 4'").exit_code() == 7);
  CHECK(moreutils("-- 'exit 200' 'exit 100'").exit_code() == 236);
  CHECK(moreutils("-- 'exit 129'").exit_code() == 129);
  CHECK(moreutils("-- 'kill -9 $$'").exit_code() == 1);
  CHECK(moreutils("true -- a b").exit_code() == 0);
}

TEST_CASE("moreutils' help is printed for -h and --help") {
  CHECK_THAT(moreutils("-h").out, Contains("Usage: parallel ") && Contains("OR of the jobs'"));
  CHECK(moreutils("--help").out == moreutils("-h").out);
  CHECK(moreutils("--help").exit_code() == 0);
}

TEST_CASE("what is wrong for moreutils is told") {
  const auto refused = [](const std::string& words, const std::string& message) {
    const auto run = moreutils(words);
    CHECK(run.exit_code() == 2);
    CHECK_THAT(run.err, Contains(message));
  };
  refused("echo a", "-- is missing");
  refused("-i -n2 echo -- a", "-i and -n");
  refused("-n2 -- a", "-n: needs a command");
  refused("-n0 echo -- a", "-n: \"0\" is not a valid count");
  refused("-j 50% echo -- a", "-j: \"50%\" is not a valid count");
  for (const char* const load : {"x", "0", "-1", "1x"})
    refused(std::string("-l ") + load + " echo -- a",
            std::string("-l: \"") + load + "\" is not a load");
  refused("-x echo -- a", "moreutils: -x: unknown option");
  const auto failed = moreutils("nosuchcmd -- a");
  CHECK(failed.exit_code() == 1);
  CHECK_THAT(failed.err, Contains("moreutils: job 1 failed"));
}
