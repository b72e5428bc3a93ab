/// Which words of a fish command line are scripts: those after -c, --command, -C and
/// --init-command. There may be several, glued to their options or not (fish(1)).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace weir {

struct fish_scripts {
  std::vector<std::size_t> words{};  ///< indexes; that of the option if the script is glued to it
  /// Whether the last one is a separate word after -c and ends the options, so that data may follow
  /// it.
  bool ends_options = false;
};

/// \param at index of the first word after the name of the shell.
fish_scripts find_fish_scripts(std::span<const std::string> words, std::size_t at);

}  // namespace weir
