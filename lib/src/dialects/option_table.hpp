/// Another tool's options as a table, and its command line taken apart like getopt_long(3).
///
/// A dialect's table is authoritative for what weir does with each of the tool's options: its
/// --help is printed from it, and a test compares it with the tool's own page. It knows what an
/// option is called and whether it takes a value, not what it does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// How weir treats an option.
enum class standing : std::uint8_t {
  same,        ///< does the same as in the tool
  translated,  ///< is done by weir's own means, or with a difference that `word` explains
  refused,     ///< `word` says what to write instead
};

struct foreign_option {
  std::string_view names;  ///< with their dashes, separated by blanks: "-n --max-args"
  /// "N"; "[N]": optional, in the same word; "[[N]]": optional, in the same word or the next, if
  /// that is a number (N) or not an option.
  std::string_view value;
  standing how;
  std::string_view word;  ///< one line for people

  bool takes_value() const noexcept { return !value.empty(); }
  bool value_is_optional() const noexcept { return value.starts_with('['); }
  /// Whether an optional value may be this next word.
  bool takes(std::string_view next) const noexcept;
  bool is_called(std::string_view name) const noexcept;
  std::string_view first_name() const noexcept { return names.substr(0, names.find(' ')); }
};

/// An option as given.
struct given_foreign_option {
  const foreign_option* option;
  std::string name;  ///< in full, with its dashes, for messages
  std::optional<std::string> value;
};

struct foreign_command_line {
  std::vector<given_foreign_option> given;  ///< in order
  std::size_t rest = 0;  ///< index of the first word that is not an option; `--` is skipped

  /// \param option by its first name.
  bool has(std::string_view option) const noexcept;
};

/// Options end at the first word that is not one, or after `--`. Long names may be abbreviated as
/// long as only one option fits.
/// \throws usage_error for an option that is unknown, ambiguous or refused, and for a value that is
/// missing or not allowed.
foreign_command_line take_apart(std::span<const foreign_option> table,
                                std::span<const std::string> words);

/// A line for each option: names, value, and what it does here; for --help.
std::string describe(std::span<const foreign_option> table);

}  // namespace weir
