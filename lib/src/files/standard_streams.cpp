#include "files/standard_streams.hpp"

#include <cerrno>
#include <cstddef>

#include <fcntl.h>
#include <sys/stat.h>

namespace weir {

int standard_streams::broken(int fd) const noexcept {
  return was_closed[static_cast<std::size_t>(fd)] ? EBADF : 0;
}

standard_streams open_standard_streams() noexcept {
  standard_streams found;
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    found.was_closed[static_cast<std::size_t>(fd)] = true;
    // The lowest free number is fd: lower ones are open by now. Children find it closed, too.
    if (::open("/dev/null", O_RDWR | O_CLOEXEC) < 0) ::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  }
  return found;
}

bool same_output(int a, int b) noexcept {
  struct stat of_a {};
  struct stat of_b {};
  if (::fstat(a, &of_a) != 0 || ::fstat(b, &of_b) != 0) return false;
  return of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino && of_a.st_rdev == of_b.st_rdev;
}

}  // namespace weir
