/// Which variable of a script holds the value of which placeholder.
///
/// A placeholder of all items that is a separate word is spread: it has a variable for each item.
/// Any other has one variable, in which the items are joined.
#pragma once

#include <cstddef>
#include <vector>

#include "input/placeholder.hpp"
#include "input/script.hpp"

namespace weir {

bool is_spread(const script_part& part);

class script_variables {
 public:
  explicit script_variables(const std::vector<script_part>& parts);

  /// The number, from 1, of that part's variable.
  /// \param spread whether the part is spread; there is then one item.
  std::size_t number_of(std::size_t part, bool spread) const;

  /// The number of the first variable of a spread part with several items; the others follow it.
  std::size_t first_number_of(std::size_t part, std::size_t items) const;

  /// The number of variables for this many items.
  std::size_t count(std::size_t items) const;

  /// The number of items of a job with this many variables.
  /// \pre a placeholder is spread.
  std::size_t items_for(std::size_t variables) const;

  const std::vector<placeholder>& joined() const { return joined_; }
  const std::vector<placeholder>& spread() const { return spread_; }

  /// Whether that element of spread() shares the variable of a joined one when there is one item.
  bool is_joined(std::size_t spread) const { return is_joined_[spread]; }

 private:
  std::vector<placeholder> joined_;   ///< one variable each, in order
  std::vector<placeholder> spread_;   ///< one variable per item each, after those of joined_
  std::vector<std::size_t> indices_;  ///< of each part, into one of the two
  std::vector<std::size_t> numbers_of_spread_;  ///< with one item
  std::vector<bool> is_joined_;
  std::size_t alone_ = 0;  ///< number of spread ones that are not joined, too
};

}  // namespace weir
