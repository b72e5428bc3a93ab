/// Which variable of a script holds the value of which placeholder.
///
/// A placeholder of all items that is a word of its own is spread: a variable for each item. Any
/// other has one variable, in which the items are joined.
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

  /// The number, from 1, of the variable of that part; of a spread one, with one item.
  std::size_t number_of(std::size_t part, bool spread) const;

  /// Of a spread one, with several items: the number of the first, the others follow.
  std::size_t first_number_of(std::size_t part, std::size_t items) const;

  /// How many there are for so many items.
  std::size_t count(std::size_t items) const;

  /// The items of a job with so many variables. \pre a placeholder is spread.
  std::size_t items_for(std::size_t variables) const;

  const std::vector<placeholder>& joined() const { return joined_; }
  const std::vector<placeholder>& spread() const { return spread_; }

  /// Whether that one of spread() has the variable of a joined one when there is one item.
  bool is_joined(std::size_t spread) const { return is_joined_[spread]; }

 private:
  std::vector<placeholder> joined_;   ///< one variable each, the first of them first
  std::vector<placeholder> spread_;   ///< a variable for each item each, after those of joined_
  std::vector<std::size_t> indices_;  ///< of each part, into one of the two
  std::vector<std::size_t> numbers_of_spread_;  ///< with one item
  std::vector<bool> is_joined_;
  std::size_t alone_ = 0;  ///< spread ones that are not joined, too
};

}  // namespace weir
