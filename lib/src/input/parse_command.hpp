/// What follows the options on weir's command line: the command, then input sources.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace weir {

/// The words after one of `:::` (items), `::::` (files of items), `:::+`, `::::+`.
struct input_group {
  std::vector<std::string> words;
  bool files = false;
  bool linked = false;  ///< with a `+`: read in step with the group before it
  bool operator==(const input_group&) const = default;
};

struct command_and_inputs {
  std::vector<std::string> command;
  std::vector<input_group> inputs;  ///< a `:::` without words is an empty source: no jobs
  bool operator==(const command_and_inputs&) const = default;
};

/// What introduces items, and files of items; followed by a `+`, linked ones.
struct group_signs {
  std::string items = ":::", files = "::::";
};

command_and_inputs parse_command(std::span<const std::string> words, const group_signs& signs = {});

}  // namespace weir
