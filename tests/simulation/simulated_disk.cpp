#include "simulation/simulated_disk.hpp"

#include <cerrno>
#include <cstdarg>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

extern "C" {
int __real_open(const char* path, int flags, ...);
ssize_t __real_write(int fd, const void* bytes, size_t count);
int __real_fdatasync(int fd);

int __wrap_open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : mode_t{0};
  va_end(rest);
  const int fd = __real_open(path, flags, mode);
  simulation::simulated_disk* const disk = simulation::simulated_disk::present;
  if (disk != nullptr && path == disk->path()) disk->opened(fd);
  return fd;
}

ssize_t __wrap_write(int fd, const void* bytes, size_t count) {
  simulation::simulated_disk* const disk = simulation::simulated_disk::present;
  return disk != nullptr && disk->is(fd) ? disk->write(bytes, count)
                                         : __real_write(fd, bytes, count);
}

int __wrap_fdatasync(int fd) {
  simulation::simulated_disk* const disk = simulation::simulated_disk::present;
  return disk != nullptr && disk->is(fd) ? disk->fdatasync() : __real_fdatasync(fd);
}
}

namespace simulation {

simulated_disk* simulated_disk::present = nullptr;

simulated_disk::simulated_disk(const planned_journal& plan, std::uint64_t seed,
                               const std::string& contents)
    : plan_(plan),
      dice_(seed),
      file_(::memfd_create("journal", MFD_CLOEXEC)),
      path_("/proc/self/fd/" + std::to_string(file_.value())),
      synced_(contents.size()) {
  if (!contents.empty()) __real_write(file_.value(), contents.data(), contents.size());
  present = this;
}

simulated_disk::~simulated_disk() {
  present = nullptr;
}

std::string simulated_disk::contents() const {
  std::string all(static_cast<std::size_t>(::lseek(file_.value(), 0, SEEK_END)), '\0');
  all.resize(static_cast<std::size_t>(::pread(file_.value(), all.data(), all.size(), 0)));
  return all;
}

std::string simulated_disk::after_crash() {
  std::string all = contents();
  if (!plan_.machine_dies || all.size() <= synced_) return all;
  all.resize(synced_ + dice_.below(all.size() - synced_ + 1));
  return all;
}

ssize_t simulated_disk::write(const void* bytes, std::size_t count) {
  const bool due = writes_++ >= plan_.fault_at;
  if (plan_.fault == disk_fault::short_writes && due && count > 1)
    count = dice_.between(1, count - 1);
  const bool fails = due && (plan_.fault == disk_fault::full || plan_.fault == disk_fault::broken);
  if (!fails) return keep(bytes, count);
  // The last bytes that fit, then nothing.
  if (!std::exchange(failed_, true) && count > 1 && plan_.fault == disk_fault::full)
    return keep(bytes, dice_.between(1, count - 1));
  errno = plan_.fault == disk_fault::full ? ENOSPC : EIO;
  return -1;
}

ssize_t simulated_disk::keep(const void* bytes, std::size_t count) {
  is_synced_ = false;
  return __real_write(fd_, bytes, count);
}

int simulated_disk::fdatasync() {
  if (!std::exchange(is_synced_, true))
    synced_ = static_cast<std::size_t>(::lseek(file_.value(), 0, SEEK_END));
  return 0;
}

}  // namespace simulation
