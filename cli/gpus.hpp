/// The GPUs that jobs may claim: here, or on each machine of --on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "options.hpp"
#include "values/gpu_pool.hpp"

namespace weir::cli {

/// Those of this machine for jobs that run here.
gpu_names gpus_here(const options& o);

/// The most that a job can have; nullopt: each machine will say what it has.
/// \param on where jobs run, each valid for --on; empty: here.
std::optional<unsigned> most_gpus_of_job(const options& o, const std::vector<std::string>& on);

/// \throws usage_error if --job-gpus claims more than that.
void check_gpus(const options& o);

/// How many a Slurm job for this place has to ask for; 0: none.
unsigned gpus_to_ask_for(const options& o, const place& where);

}  // namespace weir::cli
