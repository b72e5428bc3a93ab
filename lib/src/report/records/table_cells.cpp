#include "report/records/table_cells.hpp"

#include <algorithm>

#include "report/records/joblog_columns.hpp"

namespace weir {

namespace {

constexpr auto& members = joblog_columns::names;
constexpr std::array<std::string_view, 2> streams{"Stdout", "Stderr"};

char separator_of(std::string_view path) {
  if (path.ends_with(".json")) return 0;
  return path.ends_with(".tsv") ? '\t' : ',';
}

/// A control character, as in \u000a.
void append_code(std::string& to, char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(c);
  (to += "\\u00") += digits[code / 16];
  to += digits[code % 16];
}

bool is_text(std::string_view member) {
  return member == "Host" || member == "Command";
}

}  // namespace

table_cells::table_cells(std::string_view path) : separator_(separator_of(path)) {}

std::string table_cells::heading_end() const {
  return std::string("Stdout") + separator_ + "Stderr\n";
}

bool table_cells::wants_quotes(std::string_view text) const noexcept {
  constexpr std::string_view always(" \t\n\v\f\r\"\0", 8);
  return std::ranges::any_of(
      text, [&](char c) { return c == separator_ || always.find(c) != std::string_view::npos; });
}

void table_cells::append_escaped(std::string& to, std::string_view text) const {
  for (const char c : text) {
    if (has_heading()) {
      if (c == '"') to += '"';
      to += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      append_code(to, c);
    } else {
      if (c == '"' || c == '\\') to += '\\';
      to += c;
    }
  }
}

void table_cells::append_cell(std::string& to, std::string_view text) const {
  const bool quoted = wants_quotes(text);
  if (quoted) to += '"';
  append_escaped(to, text);
  if (quoted) to += '"';
  to += separator_;
}

void table_cells::append_row_head(std::string& to, std::span<const std::string> known,
                                  std::span<const result_cell> items) const {
  if (has_heading()) {
    for (const std::string& each : known) append_cell(to, each);
    for (const result_cell& each : items) append_cell(to, each.value);
    return;
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::string_view quote = is_text(members[i]) ? "\"" : "";
    (to += i == 0 ? "{ \"" : ", \"").append(members[i]).append("\": ").append(quote);
    append_escaped(to, known[i]);
    to += quote;
  }
  to += ", \"V\": [ ";
  for (std::size_t i = 0; i < items.size(); ++i) {
    to += i == 0 ? "\"" : ",\"";
    append_escaped(to, items[i].value);
    to += '"';
  }
  to += " ]";
}

std::string table_cells::stream_begin(std::size_t which, bool quoted) const {
  if (!has_heading()) return ", \"" + std::string(streams.at(which)) + "\": \"";
  std::string text;
  if (which > 0) text += separator_;
  if (quoted) text += '"';
  return text;
}

std::string_view table_cells::stream_end(bool quoted) const noexcept {
  return quoted || !has_heading() ? "\"" : "";
}

}  // namespace weir
