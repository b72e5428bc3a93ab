#include "process/process_table.hpp"
#include "support/catch.hpp"

#include <algorithm>

#include <csignal>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop/owned_fd.hpp"

using namespace weir;

namespace {

std::string stat_line(const std::string& command) {
  return "42 (" + command +
         ") S 7 41 40 34816 42 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987654321 999 1\n";
}

}  // namespace

TEST_CASE("what cannot be ended is told by its state, or by its group where nobody knows one") {
  CHECK(alive_text(12, '?') == "process group 12 is alive, in a state that only /proc could tell");
  CHECK(alive_text(12, 'D') == "process 12 is alive in state D");
}

TEST_CASE("a process is read whatever its command is called") {
  const std::string command = GENERATE(as<std::string>(), "cat", "", "a b", ")", "(", ") R 1 1 1",
                                       ")))", "x) Z 1 2 3 4 5 6", "\n", " (", "a\tb", "\xff\xfe");
  const auto entry = parse_stat(stat_line(command));
  INFO(command);
  REQUIRE(entry);
  CHECK(entry->pid == 42);
  CHECK(entry->state == 'S');
  CHECK(entry->parent == 7);
  CHECK(entry->group == 41);
  CHECK(entry->session == 40);
  CHECK(entry->start_time == 987654321);
}

TEST_CASE("a line that was cut anywhere before the start time is refused") {
  const std::string line = stat_line("cat");
  const auto start = line.find(" 987654321");
  for (std::size_t size = 0; size <= start; ++size) {
    INFO(size);
    CHECK_FALSE(parse_stat(std::string_view(line).substr(0, size)));
  }
}

TEST_CASE("this process is in the table, with its parent") {
  const auto table = read_process_table();
  const auto self = std::find_if(table.begin(), table.end(),
                                 [](const process_entry& p) { return p.pid == ::getpid(); });
  REQUIRE(self != table.end());
  CHECK(self->parent == ::getppid());
  CHECK(self->session == ::getsid(0));
}

// Each lives for a moment, so that the one that was listed has gone when its entry is read.
TEST_CASE("a series of processes, each the child of the one before, is in every table") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
  const owned_fd read_end(ends[0]);
  owned_fd goes_on(ends[1]);
  REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
  if (::fork() == 0) {
    goes_on = owned_fd();
    for (char byte; ::read(read_end.value(), &byte, 1) != 0;)
      if (::fork() != 0) ::_exit(0);
    ::_exit(0);
  }
  const auto is_of_series = [](const process_entry& p) {
    return p.parent == ::getpid() && is_alive(p);
  };
  int missing = 0;
  for (int i = 0; i < 200; ++i) {
    if (std::ranges::none_of(read_process_table(), is_of_series)) ++missing;
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
  }
  CHECK(missing == 0);
  goes_on = owned_fd();
  while (::waitpid(-1, nullptr, 0) > 0) {
  }
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST_CASE("a process with another start time is not signalled") {
  auto self = read_process(::getpid());
  REQUIRE(self);
  CHECK(signal_process(*self, 0));
  ++self->start_time;
  CHECK_FALSE(signal_process(*self, SIGKILL));
}
