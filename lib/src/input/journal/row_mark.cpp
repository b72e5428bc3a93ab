#include "input/journal/row_mark.hpp"

#include <string>

#include "input/journal/journal_line.hpp"
#include "text/number.hpp"

namespace weir {

namespace {

constexpr std::size_t length_of_time = 27;  // 2026-11-30T05:44:00.000000Z

std::chrono::system_clock::time_point time_of_seconds(double seconds) {
  return std::chrono::system_clock::time_point(
      std::chrono::round<std::chrono::system_clock::duration>(
          std::chrono::duration<double>(seconds)));
}

/// Seq, Host and Starttime come first in all tables of GNU parallel's.
std::optional<row_mark> mark_in_cells(std::string_view row, char separator) {
  const auto seq = take_digits(row);
  if (!seq || !row.starts_with(separator)) return std::nullopt;
  const std::size_t host_ends = row.find(separator, 1);
  if (host_ends == std::string_view::npos) return std::nullopt;
  row.remove_prefix(host_ends + 1);
  const auto started = take_decimal(row);
  if (!started || !row.starts_with(separator)) return std::nullopt;
  return row_mark{*seq, time_of_seconds(*started)};
}

/// Behind `before`.
std::optional<std::string_view> after(std::string_view row, std::string_view before) {
  const std::size_t at = row.find(before);
  if (at == std::string_view::npos) return std::nullopt;
  return row.substr(at + before.size());
}

}  // namespace

std::optional<row_mark> mark_in_joblog(std::string_view row) {
  return mark_in_cells(row, '\t');
}

std::optional<row_mark> mark_in_csv(std::string_view row) {
  return mark_in_cells(row, ',');
}

std::optional<row_mark> mark_in_json(std::string_view row) {
  constexpr std::string_view begin = "{ \"Seq\": ";
  if (!row.starts_with(begin)) return std::nullopt;
  row.remove_prefix(begin.size());
  const auto seq = take_digits(row);
  auto time = after(row, "\"Starttime\": ");
  const auto started = time ? take_decimal(*time) : std::nullopt;
  if (!seq || !started) return std::nullopt;
  return row_mark{*seq, time_of_seconds(*started)};
}

std::optional<row_mark> mark_in_result_line(std::string_view row) {
  constexpr std::string_view begin = "{\"seq\":";
  if (!row.starts_with(begin)) return std::nullopt;
  row.remove_prefix(begin.size());
  const auto seq = take_digits(row);
  if (!seq) return std::nullopt;
  // No string has a quote before a comma without a backslash, so the first of these is a member.
  const auto time = after(row, ",\"started\":\"");
  if (!time) return row_mark{*seq, std::nullopt};
  const auto started = time_in_journal(std::string(time->substr(0, length_of_time)));
  if (!started) return std::nullopt;
  return row_mark{*seq, started};
}

}  // namespace weir
