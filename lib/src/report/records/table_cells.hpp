/// How GNU parallel writes the cells of a table of results: separated, or as members of an object.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "input/result_tree.hpp"

namespace weir {

class table_cells {
 public:
  /// \param path its ending selects the form: .csv, .tsv or .json.
  explicit table_cells(std::string_view path);

  bool has_heading() const noexcept { return separator_ != 0; }
  /// What follows the column names added with append_cell().
  std::string heading_end() const;

  /// A cell that holds no stream, and the separator after it. \pre has_heading().
  void append_cell(std::string& to, std::string_view text) const;
  /// \param known the columns of --joblog.
  void append_row_head(std::string& to, std::span<const std::string> known,
                       std::span<const result_cell> items) const;
  /// \param which 0: stdout; 1: stderr.
  std::string stream_begin(std::size_t which, bool quoted) const;
  std::string_view stream_end(bool quoted) const noexcept;
  std::string_view row_end() const noexcept { return has_heading() ? "\n" : " }\n"; }

  bool wants_quotes(std::string_view text) const noexcept;
  void append_escaped(std::string& to, std::string_view text) const;

 private:
  char separator_;  ///< 0 for objects
};

}  // namespace weir
