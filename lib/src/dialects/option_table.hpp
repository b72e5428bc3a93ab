/// Another tool's options as a table, and its command line taken apart as getopt_long(3) does.
///
/// A dialect's table is the truth of what weir does with each of the tool's options: its --help is
/// printed from it, and a test holds it against the tool's own page. It knows what an option is
/// called and whether it takes a value, not what it does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// What becomes of an option in weir's hands.
enum class standing : std::uint8_t {
  same,        ///< it does what it does there
  translated,  ///< it does that by means of weir's own, or with a difference that `word` tells
  refused,     ///< `word` says what to write
};

struct foreign_option {
  std::string_view names;  ///< with their dashes, and blanks between: "-n --max-args"
  /// "N"; "[N]": it may be left out, and stands in the same word; "[[N]]": or is the next, if that
  /// is a number (N) or no option; or none.
  std::string_view value;
  standing how;
  std::string_view word;  ///< one line for people

  bool takes_value() const noexcept { return !value.empty(); }
  bool value_is_optional() const noexcept { return value.starts_with('['); }
  /// The next word, where it may be left out.
  bool takes(std::string_view next) const noexcept;
  bool is_called(std::string_view name) const noexcept;
  std::string_view first_name() const noexcept { return names.substr(0, names.find(' ')); }
};

/// An option as it was given.
struct given_foreign_option {
  const foreign_option* option;
  std::string name;  ///< in full, with its dashes: messages tell it
  std::optional<std::string> value;
};

struct foreign_command_line {
  std::vector<given_foreign_option> given;  ///< in order
  std::size_t rest = 0;  ///< index of the first word that is no option; `--` is not counted

  /// \param option by the first of its names.
  bool has(std::string_view option) const noexcept;
};

/// Options end at the first word that is none, or behind `--`. Long names may be shortened as long
/// as one option alone is meant.
/// \throws usage_error for an option that is unknown, ambiguous or refused, and for a value that is
/// missing or not wanted.
foreign_command_line take_apart(std::span<const foreign_option> table,
                                std::span<const std::string> words);

/// A line for each option: names, value, and what it does here; for --help.
std::string describe(std::span<const foreign_option> table);

}  // namespace weir
