#include "system/buffered_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "input/escape.hpp"
#include "system/replace_file.hpp"

namespace weir::system {

namespace {

constexpr std::size_t piece = 65536;

/// A run that was killed may have left half a line. What is no regular file has none.
void cut_torn_line(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return;
  std::string bytes(piece, '\0');
  for (off_t end = status.st_size; end > 0;) {
    const off_t from = std::max<off_t>(0, end - static_cast<off_t>(piece));
    const ssize_t got = ::pread(fd, bytes.data(), static_cast<std::size_t>(end - from), from);
    if (got <= 0) return;
    const auto newline =
        std::string_view(bytes).substr(0, static_cast<std::size_t>(got)).rfind('\n');
    end = newline == std::string_view::npos ? from : from + static_cast<off_t>(newline) + 1;
    if (newline == std::string_view::npos && from > 0) continue;
    if (end < status.st_size) [[maybe_unused]]
      const int unused = ::ftruncate(fd, end);
    return;
  }
}

}  // namespace

void buffered_file::append(std::string_view bytes) {
  buffer_ += bytes;
  if (buffer_.size() >= piece) flush();
}

void buffered_file::flush() {
  if (buffer_.empty()) return;
  std::string bytes = std::exchange(buffer_, {});
  write_all(file_.value(), bytes, name_);
  buffer_ = std::move(bytes);  // its memory
  buffer_.clear();
}

bool buffered_file::is_empty() const noexcept {
  struct stat status {};
  return buffer_.empty() && (::fstat(fd(), &status) != 0 || status.st_size == 0);
}

buffered_file open_growing(const std::string& path, std::string_view option, bool keep) {
  // A FIFO that nobody reads is an error, not a wait that no signal ends; nor is a full one.
  constexpr int always = O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  owned_fd file(
      ::open(path.c_str(), always | (keep ? O_RDWR : O_WRONLY | O_TRUNC), S_IRUSR | S_IWUSR));
  if (!file)
    throw usage_error(
        fmt::format("{}: {} cannot be written: {}", option, escape(path), std::strerror(errno)));
  if (keep) cut_torn_line(file.value());
  return {std::move(file), escape(path)};
}

}  // namespace weir::system
