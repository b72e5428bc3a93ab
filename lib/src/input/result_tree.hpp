/// Where GNU parallel's --results keeps what a job wrote: a directory, which ends in a slash, a
/// file, beside which are others, or a table, in which are the items, too.
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

/// DIR/1/ITEM/2/ITEM/: each source by its name or number, sorted by those, and what was taken from
/// it, in which / is \_ and \ is \\. Nothing leads out of DIR.
/// \param sources how many items a record has; several records follow each other.
std::string result_tree(std::string_view dir, std::span<const std::string_view> items,
                        std::size_t sources, const std::vector<std::string>& names);

/// Whether the value of --results names a table: FILE.csv, FILE.tsv or FILE.json.
bool is_result_table(std::string_view value) noexcept;

/// An item of a job in a table.
struct result_cell {
  std::string_view name;  ///< of its column: V1, V2 and so on, or as --header : says
  std::string_view value;
};
/// \param text of result_place, of a table. The cells are parts of it.
std::vector<result_cell> split_result_cells(std::string_view text);

class result_place {
 public:
  /// \param value of --results: of a table, or with a placeholder a path, else the directory of a
  /// tree.
  /// \param sources as in result_tree(); 0: all items are of one record.
  result_place(std::string value, const template_options& options, std::size_t sources);

  /// Where it is kept; in a table, what split_result_cells() takes.
  std::string operator()(std::uint64_t seq, std::span<const std::string_view> items) const;

 private:
  std::string value_;
  std::vector<std::string> names_;
  std::size_t sources_;
  std::optional<text_template> path_;
};

}  // namespace weir
