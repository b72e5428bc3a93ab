#include "simulation/simulated_disk.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <string_view>
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

using simulation::simulated_disk;
using simulation::simulated_file;

extern "C" {
int __wrap_open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : mode_t{0};
  va_end(rest);
  if (simulated_disk::file_at(path) != nullptr) return simulated_disk::open(path);
  // In memory: an inode on a disk takes a twentieth of a history's time.
  if ((flags & O_TMPFILE) == O_TMPFILE && ::access(path, W_OK) == 0)
    return ::memfd_create("weir", MFD_CLOEXEC);
  return __real_open(path, flags, mode);
}

ssize_t __wrap_write(int fd, const void* bytes, size_t count) {
  simulated_file* const file = simulated_disk::changed_file(fd);
  if (file != nullptr) return file->write(bytes, count);
  simulation::simulated_readiness::may_change();  // such as the loop's own descriptor
  ++simulation::simulated_readiness::writes;
  return __real_write(fd, bytes, count);
}

ssize_t __wrap_pread(int fd, void* to, size_t count, off_t at) {
  const simulated_file* const file = simulated_disk::file_of(fd);
  return file != nullptr ? file->pread(to, count, static_cast<std::size_t>(at))
                         : __real_pread(fd, to, count, at);
}

int __wrap_ftruncate(int fd, off_t size) {
  simulated_file* const file = simulated_disk::changed_file(fd);
  return file != nullptr ? file->ftruncate(static_cast<std::size_t>(size))
                         : __real_ftruncate(fd, size);
}

int __wrap_fdatasync(int fd) {
  simulated_file* const file = simulated_disk::changed_file(fd);
  return file != nullptr ? file->fdatasync() : __real_fdatasync(fd);
}

int __wrap_fstat(int fd, struct stat* about) {
  const simulated_file* const file = simulated_disk::file_of(fd);
  return file != nullptr ? file->stat(about) : __real_fstat(fd, about);
}

int __wrap_stat(const char* path, struct stat* about) {
  const simulated_file* const file = simulated_disk::file_at(path);
  return file != nullptr ? file->stat(about) : __real_stat(path, about);
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

constexpr std::string_view directory = "/simulated/";
constexpr std::array<std::string_view, file_kinds> file_names{"journal", "joblog", "results.jsonl",
                                                              "results.csv"};

/// A file's descriptors are these and those that follow: no others get so high. Nobody has to tell
/// when one is closed.
constexpr int first_descriptor = 900;
constexpr int descriptors_each = 16;

/// Stands for every file, empty: a new one costs more than all that a run writes.
int the_file() {
  static const weir::owned_fd file(::memfd_create("simulated", MFD_CLOEXEC));
  return file.value();
}

/// file_kinds: none.
std::size_t index_of(std::string_view path) {
  if (!path.starts_with(directory)) return file_kinds;
  const auto* const found = std::ranges::find(file_names, path.substr(directory.size()));
  return static_cast<std::size_t>(found - file_names.begin());
}

}  // namespace

simulated_disk::simulated_disk(const scenario& plan, const disk_contents& contents)
    : plan_(plan),
      files_{simulated_file(plan.journal, plan.seed, contents[0]),
             simulated_file(plan.joblog, plan.seed + 1, contents[1]),
             simulated_file(plan.lines, plan.seed + 2, contents[2]),
             simulated_file(plan.table, plan.seed + 3, contents[3])} {
  present = this;
}

simulated_disk::~simulated_disk() {
  present = nullptr;
}

std::string simulated_disk::path(file_kind kind) {
  return std::string(directory).append(file_names.at(static_cast<std::size_t>(kind)));
}

bool simulated_disk::has_failed() const noexcept {
  return std::ranges::any_of(files_, &simulated_file::has_failed);
}

disk_contents simulated_disk::after_crash() {
  disk_contents all;
  for (std::size_t i = 0; i < file_kinds; ++i)
    all.at(i) = plan_.crashes.machine_dies ? files_.at(i).after_crash() : files_.at(i).contents();
  return all;
}

simulated_file* simulated_disk::file_at(const char* path) {
  if (present == nullptr || path[0] != directory[0] || path[1] != directory[1]) return nullptr;
  const std::size_t index = index_of(path);
  return index < file_kinds ? &present->files_.at(index) : nullptr;
}

simulated_file* simulated_disk::file_of(int fd) {
  if (present == nullptr || fd < first_descriptor) return nullptr;
  const auto index = static_cast<std::size_t>((fd - first_descriptor) / descriptors_each);
  return index < file_kinds ? &present->files_.at(index) : nullptr;
}

simulated_file* simulated_disk::changed_file(int fd) {
  simulated_file* const file = file_of(fd);
  if (file != nullptr && present->look_) present->look_(present->calls_++);
  return file;
}

int simulated_disk::open(const char* path) {
  const int from = first_descriptor + descriptors_each * static_cast<int>(index_of(path));
  return ::fcntl(the_file(), F_DUPFD_CLOEXEC, from);
}

simulated_file::simulated_file(const planned_file& plan, std::uint64_t seed, std::string contents)
    : plan_(plan), dice_(seed), contents_(std::move(contents)), synced_(contents_.size()) {}

std::string simulated_file::after_crash() {
  std::string all = contents_;
  if (all.size() <= synced_) return all;
  all.resize(synced_ + dice_.below(all.size() - synced_ + 1));
  return all;
}

ssize_t simulated_file::write(const void* bytes, std::size_t count) {
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

ssize_t simulated_file::keep(const void* bytes, std::size_t count) {
  is_synced_ = false;
  contents_.append(static_cast<const char*>(bytes), count);
  return static_cast<ssize_t>(count);
}

ssize_t simulated_file::pread(void* to, std::size_t count, std::size_t at) const {
  if (at >= contents_.size()) return 0;
  return static_cast<ssize_t>(contents_.copy(static_cast<char*>(to), count, at));
}

int simulated_file::ftruncate(std::size_t size) {
  contents_.resize(size);
  synced_ = std::min(synced_, size);
  return 0;
}

int simulated_file::fdatasync() {
  if (!std::exchange(is_synced_, true)) synced_ = contents_.size();
  return 0;
}

int simulated_file::stat(struct stat* about) const {
  *about = {};
  about->st_dev = 1;
  about->st_ino = reinterpret_cast<std::uintptr_t>(this);
  about->st_nlink = 1;
  about->st_mode = S_IFREG | S_IRUSR | S_IWUSR;
  about->st_size = static_cast<off_t>(contents_.size());
  return 0;
}

}  // namespace simulation
