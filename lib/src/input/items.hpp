/// Items given as lists (`:::`), combined into tuples.
///
/// Tuples are made one at a time: a product of a million is never in memory. It knows nothing of
/// where the items come from.
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
  std::string name;  ///< of the file, for messages; empty for items of the command line
  record_list records;
  std::size_t blanks_at_end = 0;  ///< records that count only beside others of linked sources
  bool linked = false;
};

/// The product of all sources, the last varying fastest; linked ones go in step with the one before
/// them, the shortest of them deciding. A source without items gives no tuples at all.
class item_tuples {
 public:
  explicit item_tuples(std::vector<item_source> sources);

  /// Puts the next tuple, all columns of one record a source, into `tuple`. The views last as long
  /// as this object. \returns false when there are no more.
  bool next(std::vector<std::string_view>& tuple);

  /// The same, of the tuple with this number, from 0. \pre it is less than count().
  void take(std::uint64_t number, std::vector<std::string_view>& tuple);

  /// Why the columns of the tuple given last do not stand where those of others do, with its place:
  /// a record before the last one has more or fewer than the first of its source. Empty if they do.
  std::string shifted() const;

  /// How many tuples there are in all; the greatest number if they cannot be counted in 64 bits.
  std::uint64_t count() const noexcept { return count_; }

  /// Where the records of a tuple stand: "a.txt:3, b.txt:1". \param number from 1.
  std::string place(std::uint64_t number) const;

 private:
  struct group {  ///< a source with those linked to it
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

/// Takes the first record off every source and gives its columns as their names (--header :).
std::vector<std::string> take_header(std::vector<item_source>& sources);

}  // namespace weir
