#include "system/replace_file.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "system/owned_fd.hpp"

namespace weir::system {

namespace {

void write_all(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno != EINTR) throw io_error(errno, path);
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

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

void replace_file(const std::string& path, std::string_view text) {
  std::string beside = path + ".XXXXXX";
  const owned_fd file(::mkostemp(beside.data(), O_CLOEXEC));
  if (!file) throw io_error(errno, path);
  struct stat old {};
  if (::stat(path.c_str(), &old) == 0) ::fchmod(file.value(), old.st_mode & 07777);
  try {
    write_all(file.value(), text, path);
    if (::fsync(file.value()) != 0) throw io_error(errno, path);
    if (::rename(beside.c_str(), path.c_str()) != 0) throw io_error(errno, path);
  } catch (...) {
    ::unlink(beside.c_str());
    throw;
  }
}

}  // namespace weir::system
