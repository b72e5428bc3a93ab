/// GNU parallel's replacement strings: recognising them in a text, and the part of an item they
/// stand for.
///
/// It knows neither shells nor command lines. Every value is a view into an item (or into a
/// constant), so filling in a placeholder allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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
  std::int32_t index = 0;  ///< of `item`: from 1, or from -1 backwards; 0 is none
  bool operator==(const placeholder&) const = default;
};

struct placeholder_match {
  placeholder found;
  std::size_t length = 0;  ///< bytes, with both braces
};

/// What counts as a placeholder. Anything else between braces stays as it is.
class placeholder_grammar {
 public:
  placeholder_grammar() = default;
  /// \param names columns: {names[0]} is {1}, and so on. A name that is a number stays a number.
  /// \param names_only recognise {name} alone, for texts in which {} means something else.
  explicit placeholder_grammar(std::vector<std::string> names, bool names_only = false);

  /// The placeholder that `text` begins with.
  std::optional<placeholder_match> at(std::string_view text) const;

  /// As at(), where an item is to be filled in.
  /// \throws usage_error for one that no item can fill: {0}, {-0}, or a number beyond all.
  std::optional<placeholder_match> take(std::string_view text) const;

 private:
  std::optional<placeholder> parse(std::string_view inside) const;
  std::optional<std::int32_t> column(std::string_view name) const;

  std::vector<std::string> names_;
  bool names_only_ = false;
};

/// The part of an item, as GNU parallel cuts it: no extension is s:\.[^/.]*$::, the directory is
/// that of Perl's File::Basename ("." if there is none, "a" for "a/b/").
std::string_view part_of(std::string_view item, item_part part);

/// The item that {n} stands for; none if there are fewer.
std::optional<std::string_view> pick(std::span<const std::string_view> items, std::int32_t index);

/// Of the index so far and that of a further placeholder, the one that needs more items: 3 of 2 and
/// 3, -3 of 2 and -3. 0 needs none.
std::int32_t farther(std::int32_t index, const placeholder& what) noexcept;

/// How many items there must be for {index}.
std::size_t items_for(std::int32_t index) noexcept;

/// Appends what a placeholder of items stands for; several items are joined by one blank.
/// \pre what is neither seq nor slot.
void append_value(std::string& out, const placeholder& what,
                  std::span<const std::string_view> items);

}  // namespace weir
