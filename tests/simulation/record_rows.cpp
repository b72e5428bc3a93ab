#include "simulation/record_rows.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace simulation {

namespace {

using rows = std::vector<record_row>;
using cells = std::vector<std::string>;

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// Takes a cell and the separator or newline after it, which is returned; 0: it is not whole.
char take_cell(std::string_view& text, char separator, cells& row) {
  std::string& cell = row.emplace_back();
  bool quoted = false;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '"' && separator == ',') {
      if (!quoted && !cell.empty() && text.starts_with('"')) cell += c;
      quoted = !quoted;
    } else if (!quoted && (c == separator || c == '\n')) {
      return c;
    } else {
      cell += c;
    }
  }
  return 0;
}

/// \param width number of cells in a row.
std::optional<std::vector<cells>> read_cells(std::string_view text, char separator,
                                             std::size_t width) {
  std::vector<cells> all;
  while (!text.empty()) {
    cells& row = all.emplace_back();
    char end = separator;
    while (end == separator) end = take_cell(text, separator, row);
    if (end != '\n' || row.size() != width) return std::nullopt;
  }
  return all;
}

/// GNU parallel's nine columns, and maybe two with what the job wrote.
std::optional<rows> read_columns(std::string_view text, char separator, std::size_t width) {
  const auto all = read_cells(text, separator, width);
  if (!all || (!all->empty() && all->front().front() != "Seq")) return std::nullopt;
  rows read;
  for (std::size_t i = 1; i < all->size(); ++i) {
    const cells& row = (*all)[i];
    record_row& job = read.emplace_back();
    job.seq = number(row[0]);
    if (job.seq == 0) return std::nullopt;
    job.exit_value = row[6];
    job.signal = row[7];
    job.command = row[8];
    if (width > 9) job.wrote.push_back({row[9], row[10]});
  }
  return read;
}

/// The value of the next member with this name; what precedes it is dropped.
std::optional<std::string> take_member(std::string_view& line, std::string_view name) {
  const std::size_t at = line.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  line.remove_prefix(at + name.size());
  const bool is_string = line.starts_with('"');
  if (is_string) line.remove_prefix(1);
  const std::size_t end = line.find_first_of(is_string ? "\"" : ",}");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view raw = line.substr(0, end);
  line.remove_prefix(end + 1);
  std::string value;
  for (std::size_t from = 0;;) {  // jobs write newlines, if anything
    const std::size_t newline = raw.find("\\n", from);
    value += raw.substr(from, newline - from);
    if (newline == std::string_view::npos) return value;
    value += '\n';
    from = newline + 2;
  }
}

std::optional<record_row> read_line(std::string_view line) {
  if (!line.starts_with("{\"seq\":") || !line.ends_with('}')) return std::nullopt;
  record_row job;
  const auto seq = take_member(line, "\"seq\":");
  const auto name = take_member(line, "\"name\":");
  const auto verdict = take_member(line, "\"verdict\":");
  const auto attempts = take_member(line, "\"attempts\":");
  if (!seq || !name || !verdict || !attempts) return std::nullopt;
  job.seq = number(*seq);
  job.command = *name;
  job.verdict = *verdict;
  job.attempts = *attempts;
  while (auto out = take_member(line, "\"stdout\":")) {
    auto err = take_member(line, "\"stderr\":");
    if (!err) return std::nullopt;
    job.wrote.push_back({std::move(*out), std::move(*err)});
  }
  return job;
}

std::optional<rows> read_lines(std::string_view text) {
  rows read;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    auto job = read_line(text.substr(0, end));
    if (!job) return std::nullopt;
    read.push_back(std::move(*job));
    text.remove_prefix(end + 1);
  }
  return read;
}

}  // namespace

std::optional<rows> read_record(file_kind kind, std::string_view contents) {
  if (kind == file_kind::lines) return read_lines(contents);
  return kind == file_kind::joblog ? read_columns(contents, '\t', 9)
                                   : read_columns(contents, ',', 11);
}

}  // namespace simulation
