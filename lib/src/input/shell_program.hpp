/// The shell that runs scripts, as given by --shell or `shell` in [run] of a manifest.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "input/shell_dialect.hpp"

namespace weir {

struct shell_program {
  std::vector<std::string> words{"/bin/sh"};  ///< the program and its options, before -c
  shell_dialect dialect = shell_dialect::sh;
  std::string name = "sh";  ///< $0 of scripts: it appears in the shell's messages
  bool chosen = false;      ///< the user asked for it: its builtins and functions count
  std::vector<std::string> functions{};  ///< exported by bash: it runs lines that call one instead
};

/// A program with options, quoted as for a shell: "bash -eu", "busybox sh". Empty: /bin/sh.
/// \throws usage_error if the text is more than words.
shell_program parse_shell(std::string_view text);

}  // namespace weir
