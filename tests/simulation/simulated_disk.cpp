#include "simulation/simulated_disk.hpp"

#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "loop/owned_fd.hpp"
#include "simulation/simulated_readiness.hpp"

extern "C" {
int __real_open(const char* path, int flags, ...);
ssize_t __real_write(int fd, const void* bytes, size_t count);
ssize_t __real_pread(int fd, void* to, size_t count, off_t at);
int __real_ftruncate(int fd, off_t size);
int __real_fdatasync(int fd);
int __real_fstat(int fd, struct stat* about);
int __real_stat(const char* path, struct stat* about);
}

namespace {

/// Null: that file is another one.
simulation::simulated_disk* disk_of(int fd) {
  simulation::simulated_disk* const disk = simulation::simulated_disk::present;
  return disk != nullptr && disk->is(fd) ? disk : nullptr;
}

simulation::simulated_disk* disk_of(const char* path) {
  simulation::simulated_disk* const disk = simulation::simulated_disk::present;
  return disk != nullptr && path == disk->path() ? disk : nullptr;
}

}  // namespace

extern "C" {
int __wrap_open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : mode_t{0};
  va_end(rest);
  simulation::simulated_disk* const disk = disk_of(path);
  return disk != nullptr ? disk->open() : __real_open(path, flags, mode);
}

ssize_t __wrap_write(int fd, const void* bytes, size_t count) {
  simulation::simulated_disk* const disk = disk_of(fd);
  if (disk != nullptr) return disk->write(bytes, count);
  simulation::simulated_readiness::may_change();  // such as the loop's own descriptor
  return __real_write(fd, bytes, count);
}

ssize_t __wrap_pread(int fd, void* to, size_t count, off_t at) {
  const simulation::simulated_disk* const disk = disk_of(fd);
  return disk != nullptr ? disk->pread(to, count, static_cast<std::size_t>(at))
                         : __real_pread(fd, to, count, at);
}

int __wrap_ftruncate(int fd, off_t size) {
  simulation::simulated_disk* const disk = disk_of(fd);
  return disk != nullptr ? disk->ftruncate(static_cast<std::size_t>(size))
                         : __real_ftruncate(fd, size);
}

int __wrap_fdatasync(int fd) {
  simulation::simulated_disk* const disk = disk_of(fd);
  return disk != nullptr ? disk->fdatasync() : __real_fdatasync(fd);
}

int __wrap_fstat(int fd, struct stat* about) {
  const simulation::simulated_disk* const disk = disk_of(fd);
  return disk != nullptr ? disk->stat(about) : __real_fstat(fd, about);
}

int __wrap_stat(const char* path, struct stat* about) {
  const simulation::simulated_disk* const disk = disk_of(path);
  return disk != nullptr ? disk->stat(about) : __real_stat(path, about);
}

/// weir::memory_floor: what this process has used says nothing about a simulated run, and would
/// make its journal another one each time.
std::uint64_t __wrap__ZN4weir12memory_floorEv() {
  return std::uint64_t{8} << 20;
}
}

namespace simulation {

simulated_disk* simulated_disk::present = nullptr;

namespace {

/// Stands for the file of every run, empty: a new one costs more than all that a run writes.
int the_file() {
  static const weir::owned_fd file(::memfd_create("journal", MFD_CLOEXEC));
  return file.value();
}

}  // namespace

simulated_disk::simulated_disk(const planned_journal& plan, std::uint64_t seed,
                               const std::string& contents)
    : plan_(plan),
      dice_(seed),
      path_("/proc/self/fd/" + std::to_string(the_file())),
      contents_(contents),
      synced_(contents.size()) {
  present = this;
}

simulated_disk::~simulated_disk() {
  present = nullptr;
}

int simulated_disk::open() {
  return fd_ = ::fcntl(the_file(), F_DUPFD_CLOEXEC, 0);
}

std::string simulated_disk::after_crash() {
  std::string all = contents_;
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
  contents_.append(static_cast<const char*>(bytes), count);
  return static_cast<ssize_t>(count);
}

ssize_t simulated_disk::pread(void* to, std::size_t count, std::size_t at) const {
  if (at >= contents_.size()) return 0;
  return static_cast<ssize_t>(contents_.copy(static_cast<char*>(to), count, at));
}

int simulated_disk::ftruncate(std::size_t size) {
  contents_.resize(size);
  return 0;
}

int simulated_disk::fdatasync() {
  if (!std::exchange(is_synced_, true)) synced_ = contents_.size();
  return 0;
}

int simulated_disk::stat(struct stat* about) const {
  *about = {};
  about->st_dev = about->st_ino = 1;
  about->st_nlink = 1;
  about->st_mode = S_IFREG | S_IRUSR | S_IWUSR;
  about->st_size = static_cast<off_t>(contents_.size());
  return 0;
}

}  // namespace simulation
