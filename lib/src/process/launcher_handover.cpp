// How a child takes its descriptors over when it shares our table of them.
#include <algorithm>
#include <cstdlib>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include "process/launcher_stack.hpp"

namespace weir {

namespace {

/// Looks at a child that has not left the table yet; each yields the processor.
constexpr int most_looks = 1000;

/// One more than the highest descriptor that programs inherit, or that is handed over to them.
unsigned first_own_descriptor(const std::array<owned_fd, 3>& places, const owned_fd& nothing) {
  // Copying this many is as fast as copying one.
  unsigned highest = std::max(63U, static_cast<unsigned>(nothing.value()));
  for (const owned_fd& place : places)
    highest = std::max(highest, static_cast<unsigned>(place.value()));
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir("/proc/self/fd"), ::closedir);
  if (!open) return ~0U;
  while (const dirent* entry = ::readdir(open.get())) {
    const int fd = std::atoi(entry->d_name);
    const int flags = ::fcntl(fd, F_GETFD);
    if (flags >= 0 && (flags & FD_CLOEXEC) == 0)
      highest = std::max(highest, static_cast<unsigned>(fd));
  }
  return highest + 1;
}

}  // namespace

/// Whether the child that the descriptors were kept for has left the table, or has gone.
bool launcher::handover_is_free() noexcept {
  const stack* const user = handover_.user;
  if (user == nullptr) return true;
  const bool left = !user->shares_table.load(std::memory_order_acquire) ||
                    user->tid.load(std::memory_order_acquire) == 0;
  if (left) handover_.user = nullptr;
  return left;
}

/// Gives the child copies of what it takes over, at numbers below all of our own: the caller may
/// close its descriptors before the child has left the table. \returns false if that is not
/// possible now: then the table is copied.
bool launcher::hand_over(launch_streams& streams) {
  for (int looks = 0; !handover_is_free(); ++looks) {
    // The child has only its first call to make, but may have been stopped before that.
    if (looks == most_looks) return false;
    ::sched_yield();
  }
  if (!nothing_ || !handover_.places.back()) return false;
  if (handover_.first_own == 0)
    handover_.first_own = first_own_descriptor(handover_.places, nothing_);
  handover_.in_use = true;
  int* const wanted[] = {&streams.in, &streams.out, &streams.err};
  for (std::size_t i = 0; i < handover_.places.size(); ++i) {
    if (*wanted[i] < 0 || *wanted[i] == nothing_.value()) continue;
    if (::dup3(*wanted[i], handover_.places[i].value(), O_CLOEXEC) < 0) return false;
    *wanted[i] = handover_.places[i].value();
  }
  return true;
}

void launcher::child_exited() noexcept {
  if (!handover_.in_use || !handover_is_free()) return;
  handover_.in_use = false;
  for (const owned_fd& place : handover_.places) ::dup3(nothing_.value(), place.value(), O_CLOEXEC);
}

void launcher::reserve_places() {
  rlimit open_files{};
  if (::getrlimit(RLIMIT_NOFILE, &open_files) != 0 || open_files.rlim_cur <= large_table) return;
  for (owned_fd& place : handover_.places)
    place = owned_fd(::fcntl(nothing_.value(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

}  // namespace weir
