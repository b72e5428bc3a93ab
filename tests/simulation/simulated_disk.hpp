/// The journal's disk: it may take less than requested, be full, or break; and a crash may lose
/// what was not synced, from any byte on.
///
/// The journal's own code runs unchanged: the linker redirects its system calls here (--wrap; see
/// CMakeLists.txt), and those for other files are passed on to the C library. The file has a
/// descriptor, but its bytes are kept here: a history writes too often to ask the kernel each time.
#pragma once

#include <cstddef>
#include <string>

#include <sys/stat.h>
#include <sys/types.h>

#include "simulation/dice.hpp"
#include "simulation/scenario.hpp"

namespace simulation {

class simulated_disk {
 public:
  /// Only one at a time.
  /// \param contents of the file.
  simulated_disk(const planned_journal& plan, std::uint64_t seed, const std::string& contents = {});
  simulated_disk(const simulated_disk&) = delete;
  simulated_disk& operator=(const simulated_disk&) = delete;
  ~simulated_disk();

  /// The path of the file.
  const std::string& path() const noexcept { return path_; }

  /// The file's contents after a crash at this point.
  std::string after_crash();
  bool has_failed() const noexcept { return failed_; }

  // Like the calls of the same names:
  int open();
  bool is(int fd) const noexcept { return fd >= 0 && fd == fd_; }
  ssize_t write(const void* bytes, std::size_t count);
  ssize_t pread(void* to, std::size_t count, std::size_t at) const;
  int ftruncate(std::size_t size);
  int fdatasync();
  int stat(struct stat* about) const;

  static simulated_disk* present;

 private:
  ssize_t keep(const void* bytes, std::size_t count);

  planned_journal plan_;
  dice dice_;
  std::string path_;
  std::string contents_;
  int fd_ = -1;  ///< the descriptor that the journal uses
  unsigned writes_ = 0;
  bool failed_ = false;
  std::size_t synced_ = 0;
  bool is_synced_ = false;
};

}  // namespace simulation
