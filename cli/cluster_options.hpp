/// --on and what goes with it: where jobs run when it is not here.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace weir::cli {

struct options;
struct typed_options;

/// One place of --on.
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

struct cluster_options {
  bool worker = false;          ///< this is one
  std::vector<std::string> on;  ///< as typed; empty: jobs run here
  std::vector<place> places;    ///< what that means
  std::string remote_weir = "weir";
  std::string remote_dir;  ///< empty: the same as here
  std::string ssh;         ///< the command
  unsigned node_retries = 2;
  std::optional<unsigned> slurm_workers;  ///< outside of an allocation; none: one
  std::vector<std::string> slurm_args;    ///< for srun
};

/// Declares the options. It sees CLI11, for options.cpp.
void add_cluster_options(CLI::App& app, options& o, typed_options& typed);

/// What they mean, all of them being known. \throws usage_error
void settle_cluster(options& o, const typed_options& typed);

/// --on's word: several places for one with hosts. \throws usage_error
std::vector<place> parse_places(const std::string& word);

}  // namespace weir::cli
