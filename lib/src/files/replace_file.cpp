#include "files/replace_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "files/record_file.hpp"
#include "loop/owned_fd.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

/// The loop is blocked meanwhile: this is for a slow reader, not for a stuck one.
constexpr auto longest_wait = 60s;
constexpr auto longest_wait_in_a_hurry = 1s;
constexpr int between_looks_ms = 50;

/// Global, like the signals that set it.
bool in_a_hurry = false;

/// Whether a blocked signal is pending that may ask the run to stop.
bool signal_waits() {
  sigset_t pending;
  if (::sigpending(&pending) != 0) return false;
  constexpr std::array asking{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCONT};
  return std::any_of(asking.begin(), asking.end(),
                     [&](int signal) { return ::sigismember(&pending, signal) == 1; });
}

/// \returns false if the reader's time is over, or there is no more time for it.
bool wait_for_room(int fd) {
  const auto deadline =
      std::chrono::steady_clock::now() + (in_a_hurry ? longest_wait_in_a_hurry : longest_wait);
  pollfd room{fd, POLLOUT, 0};
  while (::poll(&room, 1, between_looks_ms) <= 0)
    if (signal_waits() || std::chrono::steady_clock::now() >= deadline) return false;
  return true;
}

}  // namespace

void hurry_writes() noexcept {
  in_a_hurry = true;
}

void write_all(int fd, std::string_view text, const std::string& name) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EAGAIN) {
      if (wait_for_room(fd)) continue;
      throw record_lost(name + ": its reader takes nothing", EAGAIN);
    }
    if (written < 0 && errno != EINTR) throw io_error(errno, name);
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string read_all(int fd, const std::string& name) {
  std::string text;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno != EINTR) throw io_error(errno, name);
    if (got == 0) return text;
    if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

std::optional<std::string> read_file(const std::string& path) {
  const owned_fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file) {
    if (errno == ENOENT) return std::nullopt;
    throw io_error(errno, path);
  }
  return read_all(file.value(), path);
}

namespace {

/// A file mounted by itself: it cannot be renamed over. Kernels before 5.8 do not report this.
bool is_mount_point(const std::string& path) {
  struct statx status {};
  if (::statx(AT_FDCWD, path.c_str(), 0, STATX_BASIC_STATS, &status) != 0) return false;
  return (status.stx_attributes_mask & status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

/// Does not widen access: if owner and group cannot be kept, the group gets no rights.
void take_over_owner(int fd, const struct stat& old) {
  struct stat mine {};
  const bool same_owner =
      ::fstat(fd, &mine) == 0 && mine.st_uid == old.st_uid && mine.st_gid == old.st_gid;
  const bool taken = same_owner || ::fchown(fd, old.st_uid, old.st_gid) == 0;
  ::fchmod(fd, old.st_mode & (taken ? 0777U : 0707U));
}

/// The mode that open(2) would have given it.
void open_by_umask(int fd) {
  const mode_t mask = ::umask(077);
  ::umask(mask);
  ::fchmod(fd, 0666 & ~mask);
}

}  // namespace

/// Works even if nothing is there yet.
std::string file_replacement::target_of(const std::string& path) {
  constexpr int most_links = 40;  // the kernel's limit
  std::filesystem::path target = path;
  std::error_code none;
  // Links in /proc lead to pipes by names that are not paths.
  if (std::filesystem::is_other(target, none)) return path;
  for (int i = 0; i < most_links && std::filesystem::is_symlink(target, none); ++i)
    target = target.parent_path() / std::filesystem::read_symlink(target, none);
  return target.string();
}

buffered_file file_replacement::open(const std::string& path, new_file mode) {
  struct stat old {};
  const bool exists = ::stat(target_.c_str(), &old) == 0;
  if (!exists && errno != ENOENT) throw io_error(errno, escape(path));
  if (!exists || (S_ISREG(old.st_mode) && !is_mount_point(target_))) {
    beside_ = target_ + ".XXXXXX";
    owned_fd file(::mkostemp(beside_.data(), O_CLOEXEC));
    if (file && exists) take_over_owner(file.value(), old);
    if (file && !exists && mode == new_file::by_umask) open_by_umask(file.value());
    if (file) return {std::move(file), escape(path)};
    beside_.clear();
    const bool unwritable = errno == EACCES || errno == EPERM || errno == EROFS;
    if (!exists || !unwritable) throw io_error(errno, escape(path));
  }
  // A FIFO without a reader is an error, not a wait that no signal ends; so is a full one.
  owned_fd file(::open(target_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file) throw io_error(errno, escape(path));
  return {std::move(file), escape(path)};
}

file_replacement::file_replacement(const std::string& path, new_file mode)
    : target_(target_of(path)), file_(open(path, mode)) {}

file_replacement::~file_replacement() {
  if (!beside_.empty()) ::unlink(beside_.c_str());
}

void file_replacement::commit() {
  file_.flush();
  struct stat status {};
  const bool regular = ::fstat(file_.fd(), &status) == 0 && S_ISREG(status.st_mode);
  if (regular && ::fsync(file_.fd()) != 0) throw io_error(errno, file_.name());
  if (beside_.empty()) return;
  if (::rename(beside_.c_str(), target_.c_str()) != 0) throw io_error(errno, file_.name());
  beside_.clear();
}

namespace {

/// \returns empty if something is at the path.
std::string place_beside(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 || errno != ENOENT) return {};
  const std::filesystem::path target = file_replacement::target_of(path);
  return target.parent_path() / ('.' + target.filename().native() + ".weir");
}

}  // namespace

reserved_record::reserved_record(const std::string& path)
    : beside_(place_beside(path)), file_(open_record(beside_.empty() ? path : beside_, path)) {}

reserved_record::~reserved_record() {
  if (!beside_.empty()) ::unlink(beside_.c_str());
}

void check_replaceable(const std::string& path) {
  check_record_place(path);
  if (::access(path.c_str(), W_OK) == 0) return;
  try {
    const file_replacement probe(path);
  } catch (const io_error& error) {
    throw usage_error(
        fmt::format("{} cannot be written: {}", escape(path), error.code().message()));
  }
}

void replace_file(const std::string& path, std::string_view text) {
  file_replacement file(path);
  file.append(text);
  file.commit();
}

}  // namespace weir
