/// The words in front of the command, parsed as getopt_long(3) does.
///
/// It knows which options there are and which take a value, but not what they mean. Each keeps the
/// name under which it was typed, for messages.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::cli {

/// An option with its value: `-j4`, `-j 4`, `--limit=4`, `--limit 4`.
struct given_option {
  std::string name;    ///< as typed, with its dashes
  std::string value;   ///< empty if it takes none: only a TEXT may be empty otherwise
  bool apart = false;  ///< the value is a word of its own, and may be one meant to follow
};

struct option_words {
  std::vector<given_option> given;
  std::size_t rest = 0;  ///< index of the first word that is not an option; `--` is not counted
  bool dashes = false;   ///< `--` comes before that
};

/// The name of an option's value in messages, such as FILE; empty if it takes none. nullopt if
/// there is no such option.
using value_name = std::function<std::optional<std::string>(std::string_view option)>;

/// \throws usage_error for a value that is missing, empty or not wanted, and whatever
/// `refuse_unknown` throws for an option that does not exist.
option_words take_apart(std::span<const std::string> words, const value_name& value_of,
                        const std::function<void(std::string_view option)>& refuse_unknown);

}  // namespace weir::cli
