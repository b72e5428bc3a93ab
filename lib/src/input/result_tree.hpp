/// Where GNU parallel's --results keeps the output of a job: a directory, which ends in a slash, a
/// file with others next to it, or a table, which also has the items.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "input/template.hpp"

namespace weir {

/// DIR/1/ITEM/2/ITEM/: each source by its name or number, sorted by those, then its item, in which
/// / is \_ and \ is \\. Nothing leads out of DIR.
/// \param sources how many items a record has; several records follow one another.
std::string result_tree(std::string_view dir, std::span<const std::string_view> items,
                        std::size_t sources, const std::vector<std::string>& names);

/// Whether the value of --results names a table: FILE.csv, FILE.tsv or FILE.json.
bool is_result_table(std::string_view value) noexcept;

/// An item of a job in a table.
struct result_cell {
  std::string_view name;  ///< of its column: V1, V2 and so on, or the name from --header :
  std::string_view value;
};
/// Splits the text that result_place gives for a table. The cells are views into it.
/// \param text that text.
std::vector<result_cell> split_result_cells(std::string_view text);

class result_place {
 public:
  /// \param value of --results: a table; with a placeholder, a path; otherwise the directory of a
  /// tree.
  /// \param sources as in result_tree(); 0: all items belong to one record.
  result_place(std::string value, const template_options& options, std::size_t sources);

  /// Where the output is kept; for a table, the argument of split_result_cells().
  std::string operator()(std::uint64_t seq, std::span<const std::string_view> items) const;

 private:
  std::string value_;
  std::vector<std::string> names_;
  std::size_t sources_;
  std::optional<text_template> path_;
};

}  // namespace weir
