#include "system/replace_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "input/escape.hpp"
#include "system/owned_fd.hpp"

namespace weir::system {

namespace {

using namespace std::chrono_literals;

/// The loop stands still meanwhile: a reader that is slow, not one that is stuck.
constexpr auto longest_wait = 60s;
constexpr int between_looks_ms = 50;

/// Signals are blocked and wait to be heard: one may ask for the end.
bool signal_waits() {
  sigset_t pending;
  if (::sigpending(&pending) != 0) return false;
  constexpr std::array asking{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCONT};
  return std::any_of(asking.begin(), asking.end(),
                     [&](int signal) { return ::sigismember(&pending, signal) == 1; });
}

/// \returns false when the reader has had its time, or nobody has time for it any more.
bool wait_for_room(int fd) {
  const auto deadline = std::chrono::steady_clock::now() + longest_wait;
  pollfd room{fd, POLLOUT, 0};
  while (::poll(&room, 1, between_looks_ms) <= 0)
    if (signal_waits() || std::chrono::steady_clock::now() >= deadline) return false;
  return true;
}

}  // namespace

void write_all(int fd, std::string_view text, const std::string& name) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EAGAIN) {
      if (wait_for_room(fd)) continue;
      throw io_error(EAGAIN, name);
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

buffered_file file_replacement::open(const std::string& path, std::string& beside) {
  struct stat old {};
  const bool exists = ::stat(path.c_str(), &old) == 0;
  if (exists && !S_ISREG(old.st_mode)) {
    // A FIFO that nobody reads is an error, not a wait that no signal ends; nor is a full one.
    owned_fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (!file) throw io_error(errno, path);
    return {std::move(file), path};
  }
  beside = path + ".XXXXXX";
  owned_fd file(::mkostemp(beside.data(), O_CLOEXEC));
  if (!file) {
    beside.clear();
    throw io_error(errno, path);
  }
  if (exists) ::fchmod(file.value(), old.st_mode & 07777);
  return {std::move(file), path};
}

file_replacement::file_replacement(std::string path)
    : path_(std::move(path)), file_(open(path_, beside_)) {}

file_replacement::~file_replacement() {
  if (!beside_.empty()) ::unlink(beside_.c_str());
}

void file_replacement::commit() {
  file_.flush();
  if (beside_.empty()) return;
  if (::fsync(file_.fd()) != 0) throw io_error(errno, path_);
  if (::rename(beside_.c_str(), path_.c_str()) != 0) throw io_error(errno, path_);
  beside_.clear();
}

void check_replaceable(const std::string& path, std::string_view option) {
  const auto refuse = [&](int error) {
    throw usage_error(
        fmt::format("{}: {} cannot be written: {}", option, escape(path), std::strerror(error)));
  };
  struct stat old {};
  if (::stat(path.c_str(), &old) == 0 && !S_ISREG(old.st_mode)) {
    // Not opened: a pipe would wait for its reader, and show it an end afterwards.
    if (S_ISDIR(old.st_mode)) refuse(EISDIR);
    if (::access(path.c_str(), W_OK) != 0) refuse(errno);
    return;
  }
  try {
    const file_replacement probe(path);
  } catch (const io_error& error) {
    refuse(error.code().value());
  }
}

void replace_file(const std::string& path, std::string_view text) {
  file_replacement file(path);
  file.append(text);
  file.commit();
}

}  // namespace weir::system
