#include "input/column_key.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <weir/error.hpp>

#include "text/escape.hpp"
#include "text/fnv.hpp"
#include "text/number.hpp"

namespace weir {

namespace {

std::string_view without_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  return line;
}

}  // namespace

column_key::column_key(key_column column)
    : column_(std::move(column)), splitter_(column_.separator) {}

void column_key::find_column(std::string_view header, std::string_view option) {
  if (column_.name.empty()) return;
  std::vector<std::string_view> names;
  splitter_.split(without_end(first_line(header)), names);
  const auto found = std::ranges::find(names, column_.name);
  if (found == names.end())
    throw usage_error(std::string(option) + ": the header has no column \"" + escape(column_.name) +
                      '"');
  column_.number = static_cast<std::size_t>(found - names.begin()) + 1;
}

std::string_view column_key::of(std::string_view line) const {
  columns_.clear();
  splitter_.split(without_end(line), columns_);
  return column_.number <= columns_.size() ? columns_[column_.number - 1] : std::string_view();
}

std::string_view first_line(std::string_view text) noexcept {
  const auto end = text.find('\n');
  return text.substr(0, end == std::string_view::npos ? end : end + 1);
}

std::size_t job_by_hash(std::string_view value, std::size_t jobs) noexcept {
  const std::uint64_t hash = fnv1a(value);
  return static_cast<std::size_t>((hash ^ (hash >> 32)) % jobs);
}

std::size_t job_by_number(std::string_view value, std::size_t jobs) noexcept {
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  const bool negative = value.starts_with('-');
  if (negative) value.remove_prefix(1);
  const std::uint64_t rest = take_digits(value).value_or(0) % jobs;
  return static_cast<std::size_t>((negative ? 2 * jobs - rest - 1 : rest + jobs - 1) % jobs);
}

}  // namespace weir
