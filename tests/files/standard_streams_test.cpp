#include "files/standard_streams.hpp"

#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"

using weir::open_standard_streams;
using weir::standard_streams;

namespace {

/// In a process of its own, with these descriptors closed: exit code 0 when all is as expected.
int check_in_child(const std::vector<int>& closed) {
  const pid_t child = ::fork();
  if (child == 0) {
    for (const int fd : closed) ::close(fd);
    const standard_streams found = open_standard_streams();
    int wrong = 0;
    for (int fd = 0; fd <= 2; ++fd) {
      bool expected = false;
      for (const int one : closed) expected = expected || one == fd;
      if (::fcntl(fd, F_GETFD) == -1) wrong |= 1;
      if ((found.broken(fd) == EBADF) != expected) wrong |= 2;
    }
    // What is opened next lands on none of them.
    if (::open("/dev/null", O_RDONLY) <= 2) wrong |= 4;
    ::_exit(wrong);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("closed standard streams are opened, and remembered") {
  CHECK(check_in_child({}) == 0);
  CHECK(check_in_child({1}) == 0);
  CHECK(check_in_child({0, 2}) == 0);
  CHECK(check_in_child({0, 1, 2}) == 0);
}
