/// GNU parallel's options about the machine that jobs run on: which one, and which of its CPUs
/// count.
#pragma once

#include <string>

#include "dialects/option_table.hpp"

namespace weir {

struct parallel_machine {
  unsigned cpus = 0;    ///< -S N/:; 0: as many as there are
  std::string counted;  ///< the --number-of-... that counts them; empty: weir's own way
};

/// \returns whether it is such an option.
/// \throws usage_error for any machine but this one.
bool take_machine_option(parallel_machine& machine, const given_foreign_option& o);

/// weir's --gate that runs the COMMAND of --limit.
/// \throws usage_error if that is one of GNU parallel's own.
std::string gate_for_limit(const std::string& command);

}  // namespace weir
