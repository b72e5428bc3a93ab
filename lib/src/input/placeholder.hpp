/// GNU parallel's replacement strings: recognising them in a text, and the part of an item that
/// they stand for.
///
/// It knows neither shells nor command lines. A placeholder is a pure transformation of an item's
/// text: either a part of it, which is a view, so filling it in allocates nothing; or the result of
/// an expression.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "input/item_expression.hpp"
#include "input/placeholder_tags.hpp"

namespace weir {

/// Which part of an item: {} {.} {/} {//} {/.}
enum class item_part : std::uint8_t { whole, stem, base, directory, base_stem };

struct placeholder {
  enum class kind : std::uint8_t {
    items,  ///< {}: every item of the command line
    item,   ///< {n}, {-n}, {name}: one of them
    seq,    ///< {#}: number of the job
    slot,   ///< {%}: known only when the job starts
  };
  kind what = kind::items;
  item_part part = item_part::whole;
  std::int32_t index = 0;  ///< of `item`: from 1, or from -1 backwards; 0: none
  /// {= =} and the like, used instead of `part`; else null. Shared by placeholders written alike.
  std::shared_ptr<const item_expression> changed{};
  bool operator==(const placeholder&) const = default;
};

struct placeholder_match {
  placeholder found;
  std::size_t length = 0;  ///< bytes, including both braces
};

/// What counts as a placeholder. Any other text in braces is left alone.
class placeholder_grammar {
 public:
  placeholder_grammar() = default;
  /// \param names of columns: {names[0]} is {1}, and so on. A name that is a number remains a
  /// number.
  /// \param names_only recognise only {name}, for texts in which {} means something else.
  /// \param syntax further placeholders; ignored with `names_only`.
  /// \throws usage_error for a tag that is not a regular expression.
  explicit placeholder_grammar(std::vector<std::string> names, bool names_only = false,
                               const placeholder_syntax& syntax = {});

  /// The placeholder that `text` begins with.
  /// \throws usage_error for an expression that is not understood.
  std::optional<placeholder_match> at(std::string_view text) const;

  /// The next position, from `at`, where one may begin; npos: nowhere.
  std::size_t next(std::string_view text, std::size_t at) const;

  /// Like at(), for a text to be filled with items.
  /// \throws usage_error for one that no item can fill: {0}, {-0}, or a number beyond any input.
  std::optional<placeholder_match> take(std::string_view text) const;

 private:
  std::optional<placeholder_match> in_braces(std::string_view text) const;
  std::optional<placeholder> parse(std::string_view inside) const;
  std::optional<std::int32_t> column(std::string_view name) const;
  bool may_become_column(std::string_view word) const;
  std::optional<placeholder_match> tagged(const std::vector<placeholder_tag>& tags,
                                          std::string_view text) const;
  std::optional<placeholder_match> expression(std::string_view text) const;
  placeholder changed(std::string_view position, std::string_view expression,
                      std::span<const std::string> parameters, std::string_view written) const;

  std::vector<std::string> names_;
  bool names_only_ = false;
  bool braces_ = true;
  bool names_to_come_ = false;
  std::string open_ = "{=", close_ = "=}";
  std::vector<placeholder_tag> tags_, plus_;
  std::shared_ptr<job_facts> facts_;
  /// By the text as written: each expression is compiled once.
  mutable std::map<std::string, std::shared_ptr<const item_expression>, std::less<>> expressions_;
};

/// The part of an item, cut as in GNU parallel: without extension is s:\.[^/.]*$::, the directory
/// is that of Perl's File::Basename ("." if there is none, "a" for "a/b/").
std::string_view part_of(std::string_view item, item_part part);

/// The item that {n} stands for; nullopt if there are fewer.
std::optional<std::string_view> pick(std::span<const std::string_view> items, std::int32_t index);

/// Of the index so far and that of another placeholder, the one that needs more items: 3 of 2 and
/// 3, -3 of 2 and -3. 0 needs none.
std::int32_t farther(std::int32_t index, const placeholder& what) noexcept;

/// How many items there must be for {index}.
std::size_t items_for(std::int32_t index) noexcept;

/// What a placeholder turns one item into.
/// \param seq number of the job.
/// \param memory holds the result unless it is a view into the item.
std::string_view value_of(const placeholder& what, std::string_view item, std::uint64_t seq,
                          std::string& memory);

/// Appends what a placeholder of items stands for, joining several items with a blank.
/// \pre what is neither seq nor slot.
void append_value(std::string& out, const placeholder& what,
                  std::span<const std::string_view> items, std::uint64_t seq);

}  // namespace weir
