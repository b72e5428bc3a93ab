/// Where jobs run when that is not here: what --on takes, and [run] on of a manifest.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct place {
  enum class kind {
    local,  ///< workers on this machine
    exec,   ///< a command that executes what follows it, elsewhere
    ssh,
    slurm,  ///< the nodes of the allocation around us, or jobs of their own
  };
  kind how = kind::local;
  std::string target;             ///< HOST, or the command; empty of local
  std::optional<unsigned> slots;  ///< none: as many as processors there
  std::string title;              ///< for messages
};

/// A word of it: several places for one with hosts. \param option for messages.
/// \throws usage_error
std::vector<place> parse_places(std::string_view option, const std::string& word);

}  // namespace weir
