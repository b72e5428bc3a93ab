/// The value of a line by which lines are sorted into jobs: one of its columns.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "input/columns.hpp"
#include "input/key_column.hpp"

namespace weir {

class column_key {
 public:
  /// \throws usage_error for a separator that is none.
  explicit column_key(key_column column);

  /// The header is known. \param option in the message. \throws usage_error when it has no such
  /// column.
  void find_column(std::string_view header, std::string_view option);

  /// Empty where the line has no such column. A view into the line, whose end is no part of it.
  std::string_view of(std::string_view line) const;

 private:
  key_column column_;
  column_splitter splitter_;
  mutable std::vector<std::string_view> columns_;  ///< of the line at hand
};

/// The line that `text` begins with, and its newline.
std::string_view first_line(std::string_view text) noexcept;

/// Of `jobs`, the one that all lines with this value go to; the same in every run.
std::size_t job_by_hash(std::string_view value, std::size_t jobs) noexcept;
/// The one that a value names: 1 is the first, beyond the last it begins anew. As for GNU parallel,
/// what is no number is 0, and the last.
std::size_t job_by_number(std::string_view value, std::size_t jobs) noexcept;

}  // namespace weir
