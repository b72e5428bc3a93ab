// Any lines with any separator: "SEPARATOR\0TEXT". Columns are the pieces of the line, in order,
// and a record of CSV that is written again is read as the same.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <weir/error.hpp>

#include "input/columns.hpp"
#include "input/record_parser.hpp"

namespace {

using table = std::vector<std::vector<std::string>>;

table read(std::string_view text, const weir::input_format& format) {
  weir::record_parser parser(format, "fuzz");
  table records;
  for (std::uint64_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    parser.feed(text.substr(0, end), number);
    while (parser.next()) records.emplace_back(parser.columns().begin(), parser.columns().end());
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  parser.finish();
  return records;
}

std::string written(const table& records) {
  std::string text;
  for (const auto& record : records) {
    for (const auto& field : record) {
      text += &field == record.data() ? "\"" : ",\"";
      for (const char c : field) text += c == '"' ? std::string("\"\"") : std::string(1, c);
      text += '"';
    }
    text += '\n';
  }
  return text;
}

void check_columns(std::string_view separator, std::string_view line) {
  std::vector<std::string_view> columns;
  weir::column_splitter(separator).split(line, columns);
  const char* at = line.data();
  for (const auto column : columns) {
    if (column.data() < at) std::abort();
    at = column.data() + column.size();
  }
  if (at != line.data() + line.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(bytes), size);
  const auto end = std::min(all.find('\0'), all.size());
  const std::string_view text = all.substr(std::min(end + 1, all.size()));
  try {
    check_columns(all.substr(0, end), text);
  } catch (const weir::usage_error&) {
  }
  try {
    weir::input_format csv;
    csv.csv = true;
    csv.blank = weir::blank_lines::counted;
    const table records = read(text, csv);
    if (read(written(records), csv) != records) std::abort();
  } catch (const weir::usage_error&) {
  }
  return 0;
}
