#include "dialects/parallel_shell.hpp"

#include <algorithm>
#include <array>

#include "input/exported_functions.hpp"
#include "input/shell_syntax.hpp"

namespace weir {

bool parallel_shell::is_left_out_for(std::string_view program) const {
  return program.find('=') == std::string_view::npos &&
         (!is_shells_own(program) || packs_for(program)) &&
         std::ranges::count(around_.functions, program) == 0;
}

/// Programs that act like bash's own commands: many items need more room than a script has.
bool parallel_shell::packs_for(std::string_view program) const {
  constexpr std::array<std::string_view, 4> alike{"echo", "printf", "true", "false"};
  return packs_ && around_.shell.ends_with("bash") &&
         std::ranges::find(alike, program) != alike.end();
}

std::string parallel_shell::for_script(std::string_view script) const {
  const std::string_view shell = around_.shell;
  const bool bash = shell.substr(shell.rfind('/') + 1) == "bash";
  return !bash && calls_one_of(script, around_.functions) ? "bash" : around_.shell;
}

}  // namespace weir
