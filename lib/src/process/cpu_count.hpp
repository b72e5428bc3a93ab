/// How many CPUs this process may use: the default of limit.
///
/// The host's count is wrong in a container: affinity (cpusets, taskset) and the CPU quota of the
/// control group, or of one above it, both bound what runs at once.
#pragma once

#include <optional>
#include <string>

namespace weir {

/// At least 1. A quota is rounded up: 1.5 CPUs run two jobs.
unsigned cpu_count();

/// The same as CPU time: 1.5 if the quota is that.
double usable_cpus();

/// CPUs by affinity alone (sched_getaffinity(2)), at least 1.
unsigned cpus_by_affinity();

/// The smallest quota, in CPUs, of this process's control group and those above it; nullopt if
/// there is none. Reads cpu.max (version 2) and cpu.cfs_quota_us with cpu.cfs_period_us (version
/// 1).
/// \param root where proc/self/cgroup and sys/fs/cgroup are found, without a final slash: empty for
/// the system's own.
std::optional<double> cgroup_cpus(const std::string& root);

}  // namespace weir
