/// Items given as lists (`:::`), combined into tuples, and tuples or lines gathered into batches.
///
/// Tuples are made one at a time: a product of a million is never in memory. It knows nothing of
/// where the items come from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// One input source. A linked one (`:::+`) is read in step with the source before it.
struct item_source {
  std::vector<std::string> items;
  bool linked = false;
};

/// The product of all sources, the last varying fastest; linked ones go in step with the one before
/// them, the shortest of them deciding. A source without items gives no tuples at all.
class item_tuples {
 public:
  explicit item_tuples(std::vector<item_source> sources);

  /// Puts the next tuple, one item a source, into `tuple`. The views last as long as this object.
  /// \returns false when there are no more.
  bool next(std::vector<std::string_view>& tuple);

  /// How many tuples there are in all; the greatest number if they cannot be counted in 64 bits.
  std::uint64_t count() const noexcept { return count_; }

 private:
  struct group {  ///< a source with those linked to it
    std::size_t first = 0;
    std::size_t last = 0;  ///< one past
    std::size_t length = 0;
    std::size_t at = 0;
  };
  void advance();

  std::vector<item_source> sources_;
  std::vector<group> groups_;
  std::uint64_t count_ = 0;
  bool done_ = false;
};

/// Takes the first item off every source and gives it as that source's name (--header :).
std::vector<std::string> take_header(std::vector<item_source>& sources);

/// Gathers the items of N lines or tuples for one command line (-n). It keeps copies.
class item_batch {
 public:
  /// \pre lines > 0.
  explicit item_batch(std::size_t lines) : lines_(lines) {}

  /// \returns whether the batch is full.
  bool add(std::span<const std::string_view> items);
  bool add(std::string_view item) { return add({&item, 1}); }

  /// The items, in the order they came. Valid until the next call of a function that changes it.
  std::span<const std::string_view> items();

  bool empty() const noexcept { return taken_ == 0; }
  void clear();

 private:
  std::size_t lines_;
  std::size_t taken_ = 0;
  std::string bytes_;
  std::vector<std::size_t> ends_;
  std::vector<std::string_view> views_;
};

}  // namespace weir
