#include "process/cpu_count.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <string_view>
#include <vector>

#include <sched.h>

namespace weir {

namespace {

void keep_smaller(std::optional<double>& least, std::optional<double> found) {
  if (found && (!least || *found < *least)) least = found;
}

/// "150000 100000" or "max 100000".
std::optional<double> quota_v2(const std::string& directory) {
  std::ifstream file(directory + "/cpu.max");
  double quota = 0;
  double period = 0;
  if (file >> quota >> period && quota > 0 && period > 0) return quota / period;
  return std::nullopt;
}

/// Quota -1: none.
std::optional<double> quota_v1(const std::string& directory) {
  double quota = 0;
  double period = 0;
  if (!(std::ifstream(directory + "/cpu.cfs_quota_us") >> quota) || quota <= 0) return std::nullopt;
  if (std::ifstream(directory + "/cpu.cfs_period_us") >> period && period > 0)
    return quota / period;
  return std::nullopt;
}

/// The least quota from mount/path up to mount. In a container path may be the host's, and only the
/// mount itself is there.
std::optional<double> least_up(const std::string& mount, std::string path,
                               std::optional<double> (*quota)(const std::string&)) {
  std::optional<double> least;
  for (;;) {
    keep_smaller(least, quota(mount + path));
    if (path.empty()) return least;
    path.resize(path.find_last_of('/') == std::string::npos ? 0 : path.find_last_of('/'));
  }
}

bool names_cpu(std::string_view controllers) {
  while (!controllers.empty()) {
    const auto comma = std::min(controllers.find(','), controllers.size());
    if (controllers.substr(0, comma) == "cpu") return true;
    controllers.remove_prefix(std::min(comma + 1, controllers.size()));
  }
  return false;
}

}  // namespace

std::optional<double> cgroup_cpus(const std::string& root) {
  const std::string mount = root + "/sys/fs/cgroup";
  std::ifstream groups(root + "/proc/self/cgroup");
  std::optional<double> least;
  for (std::string line; std::getline(groups, line);) {  // ID:CONTROLLERS:PATH (cgroups(7))
    const auto first = line.find(':');
    const auto second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1) == "/" ? "" : line.substr(second + 1);
    if (controllers.empty()) {
      keep_smaller(least, least_up(mount, path, quota_v2));
      keep_smaller(least, least_up(mount + "/unified", path, quota_v2));
    } else if (names_cpu(controllers)) {
      keep_smaller(least, least_up(mount + "/" + controllers, path, quota_v1));
      if (controllers != "cpu") keep_smaller(least, least_up(mount + "/cpu", path, quota_v1));
    }
  }
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

unsigned cpu_count() {
  const unsigned by_affinity = cpus_by_affinity();
  const auto quota = cgroup_cpus("");
  if (!quota) return by_affinity;
  return std::clamp(static_cast<unsigned>(std::ceil(std::min(*quota, 1e6))), 1U, by_affinity);
}

}  // namespace weir
