/// Items given as lists (`:::`), combined into tuples.
///
/// Tuples are made one at a time: a product of a million is never held in memory. Where the items
/// come from is not known here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "input/record_list.hpp"

namespace weir {

/// One input source. A linked one (`:::+`) is read in step with the source before it.
struct item_source {
  std::string name;  ///< the name of the file, for messages; empty for command-line items
  record_list records;
  std::size_t blanks_at_end = 0;  ///< count only if a linked source has more records
  bool linked = false;
};

/// The product of all sources, the last varying fastest; linked ones advance in step with the one
/// before them, up to the shortest. A source without items gives no tuples at all.
class item_tuples {
 public:
  explicit item_tuples(std::vector<item_source> sources);

  /// Puts the next tuple, with all columns of one record per source, into `tuple`. The views are
  /// valid as long as this object.
  /// \returns false when there are no more.
  bool next(std::vector<std::string_view>& tuple);

  /// The same for the tuple with this number, counted from 0.
  /// \pre it is less than count().
  void take(std::uint64_t number, std::vector<std::string_view>& tuple);

  /// Why the columns of the last tuple are shifted against those of others, with the position: a
  /// record of a source other than the last has more or fewer columns than that source's first.
  /// Empty if they are not.
  std::string shifted() const;

  /// The number of tuples; the greatest value if it does not fit in 64 bits.
  std::uint64_t count() const noexcept { return count_; }

  /// The positions of a tuple's records: "a.txt:3, b.txt:1".
  /// \param number from 1.
  std::string place(std::uint64_t number) const;

 private:
  struct group {  ///< a source and those linked to it
    std::size_t first = 0;
    std::size_t last = 0;  ///< one past
    std::size_t length = 0;
    std::size_t at = 0;
  };
  void append(group& g, std::vector<std::string_view>& tuple);
  std::size_t length_of(const group& g) const;
  void advance();

  std::vector<item_source> sources_;
  std::vector<group> groups_;
  std::vector<std::size_t> widths_;  ///< of the first record of each source
  std::size_t shifted_source_ = 0;   ///< counted from 1; 0: none
  std::size_t shifted_record_ = 0;
  std::uint64_t count_ = 0;
  bool done_ = false;
};

/// Removes the first record of every source and returns its columns as their names (--header :).
std::vector<std::string> take_header(std::vector<item_source>& sources);

}  // namespace weir
