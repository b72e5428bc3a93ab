/// Which words of a command line for fish are scripts: what follows -c, --command, -C and
/// --init-command, of which there may be several, glued to their options or not (fish(1)).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace weir {

struct fish_scripts {
  std::vector<std::size_t> words{};  ///< indexes; of the option, if the script is glued to it
  /// Whether the last one is a word of its own behind -c and ends the options, so that data may
  /// follow it.
  bool ends_options = false;
};

/// \param at index of the first word behind the name of the shell.
fish_scripts find_fish_scripts(std::span<const std::string> words, std::size_t at);

}  // namespace weir
