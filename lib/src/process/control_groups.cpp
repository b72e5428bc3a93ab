#include "process/control_groups.hpp"

#include <algorithm>
#include <fstream>

namespace weir {

namespace {

void add_up(std::vector<control_group>& to, const std::string& mount, std::string path,
            bool unified) {
  for (;;) {
    to.push_back({mount + path, unified});
    if (path.empty()) return;
    path.resize(path.find_last_of('/') == std::string::npos ? 0 : path.find_last_of('/'));
  }
}

bool names(std::string_view controllers, std::string_view wanted) {
  while (!controllers.empty()) {
    const auto comma = std::min(controllers.find(','), controllers.size());
    if (controllers.substr(0, comma) == wanted) return true;
    controllers.remove_prefix(std::min(comma + 1, controllers.size()));
  }
  return false;
}

}  // namespace

std::vector<control_group> control_groups_with(std::string_view controller,
                                               const std::string& root) {
  const std::string mount = root + "/sys/fs/cgroup";
  const std::string own = mount + '/' + std::string(controller);
  std::ifstream file(root + "/proc/self/cgroup");
  std::vector<control_group> groups;
  for (std::string line; std::getline(file, line);) {  // ID:CONTROLLERS:PATH
    const auto first = line.find(':');
    const auto second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1) == "/" ? "" : line.substr(second + 1);
    if (controllers.empty()) {
      add_up(groups, mount, path, true);
      add_up(groups, mount + "/unified", path, true);
    } else if (names(controllers, controller)) {
      add_up(groups, mount + "/" + controllers, path, false);
      if (controllers != controller) add_up(groups, own, path, false);
    }
  }
  return groups;
}

}  // namespace weir
