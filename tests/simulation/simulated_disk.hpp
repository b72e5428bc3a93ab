/// The disk for the journal and the other records: it may take less than requested, be full, or
/// break; and a crash may lose what was not synced, from any byte on.
///
/// The code of the records runs unchanged: the linker redirects its system calls here (--wrap; see
/// CMakeLists.txt), and those for other files are passed on to the C library. The files have
/// descriptors, but their bytes are kept here: a history writes too often to ask the kernel each
/// time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include <sys/stat.h>
#include <sys/types.h>

#include "simulation/dice.hpp"
#include "simulation/scenario.hpp"

namespace simulation {

class simulated_file {
 public:
  /// \param contents of the file, on the disk already.
  simulated_file(const planned_file& plan, std::uint64_t seed, std::string contents);

  const std::string& contents() const noexcept { return contents_; }
  /// The file's contents after a crash of the machine at this point.
  std::string after_crash();
  bool has_failed() const noexcept { return failed_; }

  // Like the calls of the same names:
  ssize_t write(const void* bytes, std::size_t count);
  ssize_t pread(void* to, std::size_t count, std::size_t at) const;
  int ftruncate(std::size_t size);
  int fdatasync();
  int stat(struct stat* about) const;

 private:
  ssize_t keep(const void* bytes, std::size_t count);

  planned_file plan_;
  dice dice_;
  std::string contents_;
  std::size_t synced_;
  unsigned writes_ = 0;
  bool failed_ = false;
  bool is_synced_ = false;
};

class simulated_disk {
 public:
  /// Only one at a time. \param plan must outlive this. \param contents of its files.
  simulated_disk(const scenario& plan, const disk_contents& contents);
  simulated_disk(const simulated_disk&) = delete;
  simulated_disk& operator=(const simulated_disk&) = delete;
  ~simulated_disk();

  /// \param look is called before each call that changes a file, with its number from 0.
  void before_calls(std::function<void(std::uint64_t)> look) { look_ = std::move(look); }

  static std::string path(file_kind kind);
  const simulated_file& file(file_kind kind) const { return files_.at(std::size_t(kind)); }
  bool has_failed() const noexcept;
  /// What is on it after a crash at this point.
  disk_contents after_crash();

  /// Null: it is not on the disk.
  static simulated_file* file_at(const char* path);
  static simulated_file* file_of(int fd);
  /// The same, before it is changed.
  static simulated_file* changed_file(int fd);
  /// Like open(2). \pre file_at(path) is not null.
  static int open(const char* path);

 private:
  static simulated_disk* present;

  const scenario& plan_;
  std::array<simulated_file, file_kinds> files_;
  std::function<void(std::uint64_t)> look_;
  std::uint64_t calls_ = 0;
};

}  // namespace simulation
