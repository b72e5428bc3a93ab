#include "files/buffered_file.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "files/record_file.hpp"
#include "files/replace_file.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

constexpr std::size_t piece = 65536;
/// How much may wait for the reader of a pipe before the run waits for it.
constexpr std::size_t most_waiting = std::size_t{4} << 20;

bool is_regular(int fd) noexcept {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

std::uint64_t size_of(int fd) noexcept {
  struct stat status {};
  return ::fstat(fd, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

/// \param end_in finds the end of what stays.
template <typename Find>
void cut_after(int fd, const std::string& path, Find end_in) {
  const owned_fd reader(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat status {};
  if (!reader || ::fstat(reader.value(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  const auto end = end_in(reader.value());
  if (end && *end < status.st_size) [[maybe_unused]]
    const int unused = ::ftruncate(fd, *end);
}

/// Cuts off what a killed run may have left: a part of a row.
void cut_torn_row(int fd, const std::string& path, row_end ends) {
  cut_after(fd, path, [ends](int reader) { return end_of_whole_rows(reader, ends); });
}

}  // namespace

void buffered_file::append(std::string_view bytes) {
  buffer_ += bytes;
  if (buffer_.size() < piece) return;
  if (may_wait_)
    flush_now();
  else
    flush();
}

/// Up to a limit, the reader of a pipe does not delay the run.
void buffered_file::flush_now() {
  if (buffer_.size() > most_waiting) return flush();
  std::size_t done = 0;
  while (done < buffer_.size()) {
    const ssize_t n = ::write(fd(), buffer_.data() + done, buffer_.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != EAGAIN) {
      buffer_.clear();
      throw io_error(errno, name_);
    }
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  buffer_.erase(0, done);
  written_ += done;
}

void buffered_file::put_out() {
  if (!may_wait_) return flush_record();
  check_still_there(fd(), path_, size_);
  flush_now();
}

void buffered_file::flush() {
  if (std::exchange(to_empty_, false) && ::ftruncate(fd(), 0) != 0) throw io_error(errno, name_);
  if (buffer_.empty()) return;
  std::string bytes = std::exchange(buffer_, {});
  try {
    write_all(file_.value(), bytes, name_);
  } catch (const io_error&) {
    // If the disk is full, no part of a row stays.
    if (!path_.empty()) cut_torn_row(fd(), path_, ends_);
    throw;
  }
  size_ += bytes.size();
  written_ += bytes.size();
  buffer_ = std::move(bytes);  // keeps its memory
  buffer_.clear();
}

void buffered_file::flush_record() {
  check_still_there(fd(), path_, size_);
  flush();
}

bool buffered_file::is_empty() const noexcept {
  return buffer_.empty() && (to_empty_ || size_of(fd()) == 0);
}

buffered_file open_growing(const std::string& path, bool keep, row_end ends,
                           const row_test& stays) {
  buffered_file record(open_record(path), escape(path));
  record.path_ = path;
  record.ends_ = ends;
  record.may_wait_ = !is_regular(record.fd());
  if (record.may_wait_) return record;
  record.to_empty_ = !keep;
  if (!keep) return record;
  cut_torn_row(record.fd(), path, ends);
  if (stays)
    cut_after(record.fd(), path,
              [&](int reader) { return end_of_rows_to_stay(reader, ends, stays); });
  record.size_ = size_of(record.fd());
  return record;
}

}  // namespace weir
