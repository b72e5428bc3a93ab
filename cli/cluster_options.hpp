/// --on and what goes with it: where jobs run if not here.
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
  bool worker = false;                    ///< this process is one
  std::vector<std::string> on;            ///< as typed, or from a manifest; empty: jobs run here
  std::vector<place> places;              ///< what `on` means
  std::string remote_weir;                ///< empty: weir, found in PATH
  std::string remote_dir;                 ///< empty: the same as here
  std::vector<std::string> files;         ///< sent to each worker once
  std::string ssh;                        ///< the command; empty: ssh itself
  std::optional<unsigned> node_retries;   ///< nullopt: two
  std::optional<unsigned> slurm_workers;  ///< outside an allocation; nullopt: one
  std::vector<std::string> slurm_args;    ///< for srun
  std::string words;                      ///< all of these again, for a shell, each behind a blank
};

/// Declares the options. For options.cpp: it sees CLI11.
void add_cluster_options(CLI::App& app, options& o, typed_options& typed);

/// Interprets what was typed, for everything that goes with --on. A manifest may still say where
/// jobs run.
/// \throws usage_error
void settle_cluster(options& o, const typed_options& typed);

/// Decides where jobs run, once everything that matters is known; refuses contradictions.
/// \throws usage_error
void settle_places(options& o);

}  // namespace weir::cli
