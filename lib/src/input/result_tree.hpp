/// Where GNU parallel's --results keeps what a job wrote: a directory, which ends in a slash, or a
/// file, beside which are others.
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

class result_place {
 public:
  /// \param value of --results: with a placeholder a path, else the directory of a tree.
  /// \param sources as in result_tree(); 0: all items are of one record.
  result_place(std::string value, const template_options& options, std::size_t sources);

  std::string operator()(std::uint64_t seq, std::span<const std::string_view> items) const;

 private:
  std::string value_;
  std::vector<std::string> names_;
  std::size_t sources_;
  std::optional<text_template> path_;
};

}  // namespace weir
