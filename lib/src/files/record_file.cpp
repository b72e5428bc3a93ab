#include "files/record_file.hpp"

#include <cerrno>
#include <cstring>
#include <optional>
#include <sstream>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <fmt/format.h>

#include "files/replace_file.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

[[noreturn]] void refuse(const std::string& path, std::string_view why) {
  throw usage_error(fmt::format("{} {}", escape(path), why));
}

[[noreturn]] void refuse(const std::string& path, int error) {
  refuse(path, fmt::format("cannot be written: {}", std::strerror(error)));
}

/// The kind of a file that cannot hold a record; empty: it can.
std::string_view other_kind(const struct stat& status) {
  if (S_ISDIR(status.st_mode)) return "a directory";
  if (S_ISSOCK(status.st_mode)) return "a socket";
  return S_ISBLK(status.st_mode) ? "a block device" : "";
}

bool are_same(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/// The word after a key in a status file of /proc, such as "weir-engine"; empty: unknown.
std::string word_of_status(long pid, const std::string& key) {
  std::string word;
  try {
    std::istringstream lines(read_file(fmt::format("/proc/{}/status", pid)).value_or(""));
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with(key)) std::istringstream(line.substr(key.size())) >> word;
  } catch (const io_error&) {  // it has gone
  }
  return word;
}

/// The holder of the lock, from the kernel: "1: FLOCK ADVISORY WRITE PID MAJOR:MINOR:INODE 0 EOF".
std::optional<long> pid_of_holder(const struct stat& status) {
  const std::string wanted = fmt::format("{:02x}:{:02x}:{}", ::major(status.st_dev),
                                         ::minor(status.st_dev), status.st_ino);
  std::istringstream locks(read_file("/proc/locks").value_or(""));
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, strength, mode, file;
    long pid = 0;
    if (words >> number >> kind >> strength >> mode >> pid >> file && kind == "FLOCK" &&
        file == wanted && pid > 0)
      return pid;
  }
  return std::nullopt;
}

constexpr std::string_view someone = "in use by another process";

/// "in use by weir process 123": the process that its user knows; the engine is a child of the weir
/// that the user started.
std::string use_of(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return std::string(someone);
  try {
    const auto pid = pid_of_holder(status);
    if (!pid) return std::string(someone);
    if (*pid == ::getpid()) return "also the file of another record: expected a file of its own";
    const std::string name = word_of_status(*pid, "Name:");
    if (!name.starts_with("weir"))
      return fmt::format("in use by process {} ({})", *pid, escape(name));
    const std::string parent = word_of_status(*pid, "PPid:");
    return "in use by weir process " + (name == "weir-engine" ? parent : std::to_string(*pid));
  } catch (const io_error&) {
    return std::string(someone);
  }
}

}  // namespace

void check_record_place(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return;
  const std::string_view kind = other_kind(status);
  if (!kind.empty())
    refuse(path, fmt::format("cannot be written: expected a file, found {}", kind));
}

void lock_record(int fd, const std::string& path) {
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) refuse(path, "is " + use_of(fd));
    return;
  }
}

owned_fd open_record(const std::string& path, const std::string& named) {
  const std::string& shown = named.empty() ? path : named;
  // A FIFO without a reader is an error, not a wait that no signal ends; so is a full one.
  constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  for (;;) {
    check_record_place(path);
    owned_fd file(::open(path.c_str(), flags, S_IRUSR | S_IWUSR));
    struct stat opened {};
    struct stat there {};
    if (!file) {
      const int error = errno;
      if (error == ENXIO && ::stat(path.c_str(), &there) == 0 && S_ISFIFO(there.st_mode))
        refuse(shown, "is a FIFO that nobody reads: start its reader first");
      refuse(shown, error);
    }
    if (::fstat(file.value(), &opened) != 0) refuse(shown, errno);
    if (!S_ISREG(opened.st_mode)) return file;
    lock_record(file.value(), shown);
    // A run that ended in between may have replaced the file.
    if (::stat(path.c_str(), &there) == 0 && are_same(opened, there)) return file;
  }
}

record_lost::record_lost(const std::string& what, int error) : io_error(error, what), text_(what) {}

void check_still_there(int fd, const std::string& path, std::uint64_t size) {
  const auto lost = [&](std::string_view how) {
    throw record_lost(fmt::format("{}: {} while the run was writing it", escape(path), how));
  };
  struct stat opened {};
  struct stat there {};
  if (::fstat(fd, &opened) != 0) return;
  if (!S_ISREG(opened.st_mode) && !S_ISDIR(opened.st_mode)) return;
  if (::stat(path.c_str(), &there) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) lost("removed");
    return;
  }
  if (!are_same(opened, there)) lost("replaced");
  if (S_ISREG(there.st_mode) && static_cast<std::uint64_t>(there.st_size) < size) lost("truncated");
}

}  // namespace weir
