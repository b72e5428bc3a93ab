#include "process/cpu_count.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <vector>

#include <sched.h>

#include "process/control_groups.hpp"

namespace weir {

namespace {

void keep_smaller(std::optional<double>& least, std::optional<double> found) {
  if (found && (!least || *found < *least)) least = found;
}

/// Parses "150000 100000" or "max 100000".
std::optional<double> quota_v2(const std::string& directory) {
  std::ifstream file(directory + "/cpu.max");
  double quota = 0;
  double period = 0;
  if (file >> quota >> period && quota > 0 && period > 0) return quota / period;
  return std::nullopt;
}

/// A quota of -1 means none.
std::optional<double> quota_v1(const std::string& directory) {
  double quota = 0;
  double period = 0;
  if (!(std::ifstream(directory + "/cpu.cfs_quota_us") >> quota) || quota <= 0) return std::nullopt;
  if (std::ifstream(directory + "/cpu.cfs_period_us") >> period && period > 0)
    return quota / period;
  return std::nullopt;
}

}  // namespace

std::optional<double> cgroup_cpus(const std::string& root) {
  std::optional<double> least;
  for (const control_group& group : control_groups_with("cpu", root))
    keep_smaller(least, group.unified ? quota_v2(group.dir) : quota_v1(group.dir));
  return least;
}

unsigned cpus_by_affinity() {
  // The mask is as long as the kernel's, which may be longer than cpu_set_t.
  for (std::size_t cpus = CPU_SETSIZE; cpus <= (1U << 20); cpus *= 2) {
    std::vector<cpu_set_t> mask(cpus / CPU_SETSIZE);
    const std::size_t size = mask.size() * sizeof(cpu_set_t);
    if (::sched_getaffinity(0, size, mask.data()) == 0)
      return std::max(1U, static_cast<unsigned>(CPU_COUNT_S(size, mask.data())));
    if (errno != EINVAL) break;
  }
  return 1;
}

double usable_cpus() {
  const double by_affinity = cpus_by_affinity();
  return std::min(cgroup_cpus("").value_or(by_affinity), by_affinity);
}

unsigned cpu_count() {
  return std::max(1U, static_cast<unsigned>(std::ceil(usable_cpus())));
}

}  // namespace weir
