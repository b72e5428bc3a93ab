#include "input/script.hpp"

#include "input/foreign_script.hpp"
#include "input/script_scanner.hpp"

namespace weir {

scanned_script scan_script(std::string_view script, const placeholder_grammar& grammar,
                           shell_dialect dialect) {
  if (dialect == shell_dialect::fish) return scan_fish_script(script, grammar);
  if (dialect == shell_dialect::csh) return scan_csh_script(script, grammar);
  return script_scanner(script, grammar, dialect).scan();
}

}  // namespace weir
