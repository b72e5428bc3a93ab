/// The shell that runs scripts, as --shell and a manifest's [run] shell say it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "input/shell_dialect.hpp"

namespace weir {

struct shell_program {
  std::vector<std::string> words{"/bin/sh"};  ///< the program and its options, before -c
  shell_dialect dialect = shell_dialect::sh;
  std::string name = "sh";  ///< $0 of scripts: it is in the shell's messages
  bool chosen = false;      ///< somebody asked for it: what is a builtin or function to it, counts
  std::vector<std::string> functions{};  ///< of bash: lines that call one are run by it instead
};

/// A program with options, quoted as for a shell: "bash -eu", "busybox sh". Empty: /bin/sh.
/// \throws usage_error if it is more than words.
shell_program parse_shell(std::string_view text);

}  // namespace weir
