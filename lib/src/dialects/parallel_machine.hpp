/// GNU parallel's options of the machine that jobs run on: which one, and what of it is counted.
#pragma once

#include <string>

#include "dialects/option_table.hpp"

namespace weir {

struct parallel_machine {
  unsigned cpus = 0;  ///< -S N/:; 0: as many as there are
  std::string
      counted;  ///< the --number-of-... that tells how many there are; empty: weir's own way
};

/// \returns whether it is such an option. \throws usage_error for a machine that is not this one.
bool take_machine_option(parallel_machine& machine, const given_foreign_option& o);

/// weir's --gate that asks the COMMAND of --limit. \throws usage_error for what is none.
std::string gate_for_limit(const std::string& command);

}  // namespace weir
