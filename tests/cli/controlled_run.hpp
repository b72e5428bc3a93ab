/// A run that waits, for tests that talk to it with weir ctl.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>

#include "support/test_space.hpp"

namespace test {

/// A run of jobs that wait for their turn to end, with a socket.
struct controlled_run {
  explicit controlled_run(const std::string& options, const std::string& items = "1 2 3 4 5 6")
      : weir(t.start_shell("exec $WEIR --control=s " + options +
                           " 'touch up{}; exec $CHILD wait-for go{}' ::: " + items)) {}

  finished ctl(const std::string& words) { return t.shell("$WEIR ctl ./s " + words); }
  std::size_t up() const {
    std::size_t all = 0;
    for (int i = 1; i <= 6; ++i) all += t.exists("up" + std::to_string(i)) ? 1 : 0;
    return all;
  }
  void go(const std::string& jobs = "123456") const {
    for (const char job : jobs) t.write(std::string("go") + job, "");
  }

  test_space t;
  pid_t weir;
};

}  // namespace test
