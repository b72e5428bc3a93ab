// As few descriptors as a run can do with. What the test inherited must not decide it.
#include "support/catch.hpp"
#include "support/count_of.hpp"
#include "support/sanitized.hpp"
#include "support/test_space.hpp"

#include <fcntl.h>

using namespace test;
using Catch::Contains;

namespace {

/// Nothing but stdin, stdout and stderr goes to programs from here on.
void pass_nothing_on() {
  for (int fd = 3; fd < 1024; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/// `count` descriptors more than these, which jobs inherit, of at most `limit` in all.
std::string with_descriptors(int count, int limit) {
  std::string script;
  for (int fd = 3; fd < 3 + count; ++fd) script += "exec " + std::to_string(fd) + "</dev/null; ";
  return script + "ulimit -n " + std::to_string(limit) + "; ";
}

}  // namespace

TEST_CASE("nine descriptors more than what jobs inherit are enough") {
  if (is_sanitized()) return;
  pass_nothing_on();
  for (const int more : {0, 2, 4, 7}) {
    INFO(more);
    test_space t;
    const auto run = t.shell(with_descriptors(more, 12 + more) +
                             "$WEIR -k -j2 '$CHILD touch up{} say {}' ::: 1 2 3 4 5 6");
    CHECK(run.exit_code() == 0);
    CHECK(run.out == "1\n2\n3\n4\n5\n6\n");
  }
}

TEST_CASE("where weir itself cannot start, the limit is named, and no system call") {
  if (is_sanitized()) return;
  pass_nothing_on();
  for (const int limit : {6, 7, 8}) {
    INFO(limit);
    test_space t;
    const auto run = t.shell(with_descriptors(0, limit) + "exec $WEIR true ::: 1");
    CHECK(run.exit_code() == 3);
    CHECK_THAT(run.err, Contains("out of file descriptors: at most " + std::to_string(limit) +
                                 " may be open (ulimit -n), expected 16 or more"));
  }
}

TEST_CASE("jobs read nothing where descriptors are few, and inherit what weir did") {
  if (is_sanitized()) return;
  pass_nothing_on();
  test_space t;
  const auto run =
      t.shell(with_descriptors(1, 14) +
              "yes | $WEIR -j1 'cat; ls -l /proc/self/fd | sed -n \"s/.* \\([03]\\) -> /\\1 /p\"; "
              ": {}' ::: 1");
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "0 /dev/null\n3 /dev/null\n");
}

TEST_CASE("where the limit leaves no room for one job, none is waited for") {
  if (is_sanitized()) return;
  pass_nothing_on();
  test_space t;
  const auto run = t.shell(with_descriptors(2, 12) + "exec $WEIR -j2 true ::: 1 2 3 4");
  CHECK(run.exit_code() == 1);
  CHECK_THAT(run.err, Contains("weir: job 1 failed: true: Too many open files\n") &&
                          Contains("4 jobs") && !Contains("waiting"));
}

TEST_CASE("a command is run without a shield where no descriptor is left for that") {
  if (is_sanitized()) return;
  pass_nothing_on();
  test_space t;
  const auto run = t.shell(with_descriptors(0, 12) + "$WEIR '$SHIELD $CHILD say {}' ::: 1 2");
  CHECK(run.exit_code() == 0);
  CHECK(sorted_lines(run.out) == std::vector<std::string>{"1", "2"});
  CHECK(count_of(run.err, "weir-shield has no effect") == 1);
}
