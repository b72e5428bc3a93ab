// What make tells its recipes by MAKEFLAGS.
#include "text/make_flags.hpp"

#include "support/catch.hpp"

using namespace weir;

namespace {

jobserver_pipe pipe_in(const std::string& text) {
  const auto flags = parse_make_flags(text);
  REQUIRE(flags.jobserver);
  return std::get<jobserver_pipe>(*flags.jobserver);
}

}  // namespace

TEST_CASE("make's jobserver is found in MAKEFLAGS, whichever make wrote it") {
  CHECK(pipe_in(" -j4 --jobserver-auth=3,4") == jobserver_pipe{3, 4});
  CHECK(pipe_in("k -j --jobserver-fds=5,6 - --jobserver-fds=7,8") == jobserver_pipe{7, 8});
  CHECK(pipe_in(" -j --jobserver-auth=-2,-2") == jobserver_pipe{-2, -2});
  const auto flags = parse_make_flags("rR -j12 --jobserver-auth=fifo:/tmp/GMfifo17 -- CC=gcc");
  CHECK(flags.jobs == 12U);
  CHECK(std::get<jobserver_fifo>(flags.jobserver.value()).path == "/tmp/GMfifo17");
}

TEST_CASE("the last jobserver counts, and what is unknown is none") {
  CHECK(pipe_in(" --jobserver-auth=fifo:x --jobserver-auth=3,4") == jobserver_pipe{3, 4});
  for (const char* text : {"", "k", " -j4", " --jobserver-auth=", " --jobserver-auth=3,x",
                           " --jobserver-auth=3,4 --jobserver-auth=gmake_semaphore_17",
                           " -- X=--jobserver-auth=3,4", " -- --jobserver-auth=3,4"})
    CHECK_FALSE(parse_make_flags(text).jobserver);
}

TEST_CASE("a dry run is a letter of the first word") {
  for (const char* text : {"n", "kn", "nw -j4 --jobserver-auth=3,4"})
    CHECK(parse_make_flags(text).dry_run);
  for (const char* text : {"", "k", " -j4 --no-print-directory", "--no-print-directory", "-n",
                           "N=n", " -- n", "k -- n=1"})
    CHECK_FALSE(parse_make_flags(text).dry_run);
}

TEST_CASE("so are that nothing is run but files are touched, and that make only asks") {
  CHECK(parse_make_flags("kt").touch);
  CHECK(parse_make_flags("q -j4").question);
  CHECK_FALSE(parse_make_flags("k -j4 --quiet -- t=q").touch);
  CHECK_FALSE(parse_make_flags("k -j4 --quiet -- t=q").question);
}

TEST_CASE("a jobserver for jobs goes before the variables, in the place of another") {
  CHECK(with_jobserver("", jobserver_fifo{"/run/f"}, 3) == " -j3 --jobserver-auth=fifo:/run/f");
  CHECK(with_jobserver("ks -j9 --jobserver-auth=3,4 --no-silent -- CC=gcc A=a\\ b",
                       jobserver_pipe{5, 6},
                       2) == "ks --no-silent -j2 --jobserver-auth=5,6 -- CC=gcc A=a\\ b");
  CHECK(with_jobserver("--no-silent", jobserver_pipe{5, 6}, 2) ==
        " --no-silent -j2 --jobserver-auth=5,6");
}
