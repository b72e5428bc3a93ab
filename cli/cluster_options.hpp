/// --on and what goes with it: where jobs run when it is not here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "input/place.hpp"

namespace CLI {
class App;
}

namespace weir::cli {

struct options;
struct typed_options;

struct cluster_options {
  bool worker = false;                    ///< this is one
  std::vector<std::string> on;            ///< as typed, or as a manifest says; empty: jobs run here
  std::vector<place> places;              ///< what that means
  std::string remote_weir;                ///< empty: weir, found in PATH
  std::string remote_dir;                 ///< empty: the same as here
  std::string ssh;                        ///< the command; empty: ssh itself
  std::optional<unsigned> node_retries;   ///< none: two
  std::optional<unsigned> slurm_workers;  ///< outside of an allocation; none: one
  std::vector<std::string> slurm_args;    ///< for srun
};

/// Declares the options. It sees CLI11, for options.cpp.
void add_cluster_options(CLI::App& app, options& o, typed_options& typed);

/// What was typed, of all that goes with --on. A manifest may still say where jobs run.
/// \throws usage_error
void settle_cluster(options& o, const typed_options& typed);

/// Where jobs run, all being known that has a say in it: what does not go together is refused.
/// \throws usage_error
void settle_places(options& o);

}  // namespace weir::cli
