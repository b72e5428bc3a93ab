/// Finds the shell that a command line runs, and the script that the shell gets: `bash -c SCRIPT`,
/// `/bin/sh -e -c SCRIPT`, `ksh -o pipefail -c SCRIPT NAME`, `sudo -u me busybox sh -c SCRIPT`.
///
/// It knows by name the programs that run another (env, nice, sudo, timeout, ...), and which of
/// their options take an argument. ssh, su and docker are not among them: they take command lines
/// apart in their own ways.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "input/shell_dialect.hpp"

namespace weir {

struct shell_invocation {
  std::size_t shell = 0;   ///< index of the word that names the shell
  std::size_t script = 0;  ///< index of the shell's script
  std::string_view name;   ///< of the shell
  shell_dialect dialect = shell_dialect::unknown;
  std::vector<std::size_t> others{};  ///< more words that are scripts, or options with one
  /// Whether data can be passed to the script: it is a separate word, after all options.
  bool takes_data = true;
};

/// nullopt if the words run no known shell, or one without -c.
std::optional<shell_invocation> find_shell_script(std::span<const std::string> words);

/// Whether the words run a known shell that reads its script from standard input.
bool is_shell_of_stdin(std::span<const std::string> words);

/// Index of the program that does the work, after env, nice and the like; words.size() if none.
std::size_t find_program(std::span<const std::string> words);

}  // namespace weir
