/// GNU parallel's options about the machines that jobs run on: which ones, which of their CPUs
/// count, and what is copied there and back.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dialects/option_table.hpp"

namespace weir {

struct parallel_machine {
  unsigned cpus = 0;    ///< -S N/:; 0: as many as there are
  std::string counted;  ///< the --number-of-... that counts them; empty: weir's own way

  /// One of -S or of a file of --slf; ":" is this machine.
  struct host {
    std::string name;
    std::optional<unsigned> slots;
  };
  std::vector<host> hosts;
  std::vector<std::string> words;             ///< what goes with them, in weir's words
  std::map<std::string, std::string> spoken;  ///< weir's options, and the names typed for them

  /// Jobs run on other machines too.
  bool is_elsewhere() const;
};

/// The text of a file that an option names.
using file_text = std::function<std::string(const std::string& option, const std::string& name)>;

/// \returns whether it is such an option.
/// \throws usage_error for a machine that cannot be used.
bool take_machine_option(parallel_machine& machine, const given_foreign_option& o,
                         const file_text& read);

/// weir's options for it. \throws usage_error for what needs other machines, without any.
std::vector<std::string> words_for(const parallel_machine& machine);

/// weir's --gate that runs the COMMAND of --limit.
/// \throws usage_error if that is one of GNU parallel's own.
std::string gate_for_limit(const std::string& command);

}  // namespace weir
