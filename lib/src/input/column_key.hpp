/// The value by which lines are sorted into jobs: one of their columns.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "input/columns.hpp"
#include "input/key_column.hpp"

namespace weir {

class column_key {
 public:
  /// \throws usage_error for an invalid separator.
  explicit column_key(key_column column);

  /// Looks the column up once the header is known.
  /// \param option in the message.
  /// \throws usage_error if the header has no such column.
  void find_column(std::string_view header, std::string_view option);

  /// Empty if the line has no such column. A view into the line, without its newline.
  std::string_view of(std::string_view line) const;

 private:
  key_column column_;
  column_splitter splitter_;
  mutable std::vector<std::string_view> columns_;  ///< of the current line
};

/// The line that `text` begins with, and its newline.
std::string_view first_line(std::string_view text) noexcept;

/// The index, below `jobs`, of the job for all lines with this value; the same in every run.
std::size_t job_by_hash(std::string_view value, std::size_t jobs) noexcept;
/// The index of the job that a value names: 1 is the first, and numbers beyond the last start over.
/// As in GNU parallel, anything but a number counts as 0, which is the last.
std::size_t job_by_number(std::string_view value, std::size_t jobs) noexcept;

}  // namespace weir
