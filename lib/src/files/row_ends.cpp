#include "files/row_ends.hpp"

#include <algorithm>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

namespace weir {

namespace {

constexpr off_t piece_of_rows = 65536;
/// Most rows are short: of each, a little more than itself is read.
constexpr off_t first_piece = 1024;
/// How much of a row a test gets: of lines, which may have long commands, and of other tables.
constexpr off_t most_of_line = off_t{4} << 20;
constexpr std::size_t most_of_cells = 1024;

/// Reads backwards. \returns the end of the last line that is whole before `size`.
std::optional<off_t> end_of_lines(int fd, off_t size) {
  std::string bytes;
  off_t piece = first_piece;
  for (off_t end = size; end > 0; piece = std::min(piece * 4, piece_of_rows)) {
    const off_t from = std::max<off_t>(0, end - piece);
    bytes.resize(static_cast<std::size_t>(end - from));
    const ssize_t got = ::pread(fd, bytes.data(), bytes.size(), from);
    if (got <= 0) return std::nullopt;
    const auto newline =
        std::string_view(bytes).substr(0, static_cast<std::size_t>(got)).rfind('\n');
    if (newline != std::string_view::npos) return from + static_cast<off_t>(newline) + 1;
    end = from;
  }
  return 0;
}

/// From the end, as the last row stays as a rule.
std::optional<off_t> end_of_lines_to_stay(int fd, off_t size, const row_test& stays) {
  std::string row;
  for (off_t end = size; end > 0;) {
    const auto begin = end_of_lines(fd, end - 1);
    if (!begin) return std::nullopt;
    row.resize(static_cast<std::size_t>(std::min(end - *begin, most_of_line)));
    const ssize_t got = ::pread(fd, row.data(), row.size(), *begin);
    if (got <= 0) return std::nullopt;
    if (stays(std::string_view(row).substr(0, static_cast<std::size_t>(got)))) return end;
    end = *begin;
  }
  return 0;
}

/// Reads all of it: only from the beginning can it be told which newlines are between quotes.
/// \param seen is called with each row's beginning and with its end. \returns whether all was read.
bool read_quoted_rows(int fd, const std::function<void(std::string_view, off_t)>& seen) {
  std::string bytes(piece_of_rows, '\0');
  std::string row;
  bool quoted = false;
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(fd, bytes.data(), bytes.size(), at);
    if (got <= 0) return got == 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
      const char c = bytes[i];
      if (c == '"') quoted = !quoted;
      if (row.size() < most_of_cells) row += c;
      if (c != '\n' || quoted) continue;
      seen(row, at + static_cast<off_t>(i) + 1);
      row.clear();
    }
    at += got;
  }
}

off_t size_of_rows(int fd) noexcept {
  struct stat status {};
  return ::fstat(fd, &status) == 0 ? status.st_size : 0;
}

}  // namespace

std::optional<off_t> end_of_whole_rows(int fd, row_end ends) {
  if (ends == row_end::newline) return end_of_lines(fd, size_of_rows(fd));
  off_t whole = 0;
  if (!read_quoted_rows(fd, [&](std::string_view, off_t end) { whole = end; })) return std::nullopt;
  return whole;
}

std::optional<off_t> end_of_rows_to_stay(int fd, row_end ends, const row_test& stays) {
  if (ends == row_end::newline) return end_of_lines_to_stay(fd, size_of_rows(fd), stays);
  off_t last = 0;
  const bool all = read_quoted_rows(fd, [&](std::string_view row, off_t end) {
    if (stays(row)) last = end;
  });
  return all ? std::optional(last) : std::nullopt;
}

}  // namespace weir
