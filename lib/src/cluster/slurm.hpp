/// Slurm's short forms for many nodes, and the command lines that start a worker there.
///
/// Measured on Slurm 22.05 (docs/cluster.md): one step per worker, since the standard input of a
/// step goes to all of its tasks; no -u and no --pty, which change the bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// "node[1-3,07],gpu" as scontrol(1) shows it: node1, node2, node3, node07, gpu.
/// \returns nullopt if it is not such a list, or has more than 100 000 nodes.
std::optional<std::vector<std::string>> expand_host_list(std::string_view list);

/// SLURM_JOB_CPUS_PER_NODE, "4(x2),8": 4, 4, 8. \returns nullopt if it is not such a list.
std::optional<std::vector<unsigned>> expand_counts(std::string_view list);

/// A place within an allocation that runs this program.
struct slurm_node {
  std::string host;
  unsigned cpus = 1;
};

/// One more step there, in addition to those that run. \param worker the command to execute.
std::vector<std::string> step_on(const std::string& allocation, const slurm_node& node,
                                 const std::vector<std::string>& worker);

/// A job of its own, which waits for its turn. \param more arguments for srun(1).
std::vector<std::string> job_of_its_own(const std::string& name, std::optional<unsigned> cpus,
                                        const std::vector<std::string>& more,
                                        const std::vector<std::string>& worker);

}  // namespace weir
