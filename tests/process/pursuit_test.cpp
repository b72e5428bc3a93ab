#include "process/pursuit.hpp"
#include "support/catch.hpp"

#include <csignal>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "loop/owned_fd.hpp"

using namespace weir;

namespace {

/// Forks a process that waits until it is killed.
pid_t waiting_child() {
  const pid_t child = ::fork();
  if (child != 0) return child;
  for (;;) ::pause();
}

/// Waits for a child. \returns the signal that it died of; 0: none.
int signal_of(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

TEST_CASE("of our children, only those that are wanted are killed") {
  const pid_t wanted = waiting_child();
  const pid_t not_asked_about = waiting_child();
  const pid_t unwanted = waiting_child();
  own_children list;
  pursue(list, {[&](pid_t pid) { return pid == not_asked_about; },
                [&](const process_entry& process) {
                  CHECK(process.pid != not_asked_about);
                  return process.pid != unwanted;
                }});
  CHECK(signal_of(wanted) == SIGKILL);
  for (const pid_t other : {not_asked_about, unwanted}) {
    CHECK(::waitpid(other, nullptr, WNOHANG) == 0);
    ::kill(other, SIGTERM);
    CHECK(signal_of(other) == SIGTERM);
  }
}

// Each lives for 2 ms, in a session of its own: less than a picture of a busy machine takes.
TEST_CASE("processes that move on are caught") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const owned_fd read_end(ends[0]);
  owned_fd goes_on(ends[1]);
  REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
  for (int series = 0; series < 4; ++series) {
    if (::fork() != 0) continue;
    const timespec short_time{0, 2'000'000};
    for (;;) {
      if (::fork() != 0) ::_exit(0);
      ::setsid();
      ::nanosleep(&short_time, nullptr);
    }
  }
  goes_on = owned_fd();
  own_children list;
  while (::waitpid(-1, nullptr, WNOHANG) >= 0)
    pursue(list, {[](pid_t) { return false; }, [](const process_entry&) { return true; }});
  // All of them are gone, as none holds the pipe any more.
  char byte;
  CHECK(::read(read_end.value(), &byte, 1) == 0);
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}
