#include "process/control_groups.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

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

/// A line of /proc/self/cgroup: ID:CONTROLLERS:PATH.
struct membership {
  std::string controllers;  ///< empty: version 2
  std::string path;         ///< empty: the root
};

std::vector<membership> memberships(const std::string& root) {
  std::vector<membership> all;
  std::ifstream file(root + "/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find(':');
    const auto second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string path = line.substr(second + 1);
    all.push_back({line.substr(first + 1, second - first - 1), path == "/" ? "" : path});
  }
  return all;
}

/// As /proc/self/mountinfo has them: blanks and the like are octal.
std::string unescaped(std::string_view text) {
  constexpr std::size_t digits = 3;
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + digits >= text.size()) {
      plain += text[i];
      continue;
    }
    int code = 0;
    for (std::size_t k = 1; k <= digits; ++k) code = code * 8 + (text[i + k] - '0');
    plain += static_cast<char>(code);
    i += digits;
  }
  return plain;
}

/// A line of /proc/self/mountinfo (proc(5)): "41 31 0:38 ROOT PLACE options ... - cgroup2 ...".
struct mounted {
  std::string shown;  ///< the directory of the file system that is shown there; empty: its root
  std::string place;
};

std::vector<mounted> unified_mounts(const std::string& root) {
  std::vector<mounted> all;
  std::ifstream file(root + "/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.find(" - cgroup2 ") == std::string::npos) continue;
    std::istringstream words(line);
    std::string ignored;
    std::string shown;
    std::string place;
    words >> ignored >> ignored >> ignored >> shown >> place;
    shown = unescaped(shown);
    all.push_back({shown == "/" ? "" : shown, unescaped(place)});
  }
  return all;
}

}  // namespace

std::vector<control_group> control_groups_with(std::string_view controller,
                                               const std::string& root) {
  const std::string mount = root + "/sys/fs/cgroup";
  const std::string own = mount + '/' + std::string(controller);
  std::vector<control_group> groups;
  for (const auto& [controllers, path] : memberships(root)) {
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

std::optional<std::string> own_unified_group(const std::string& root) {
  const auto all = memberships(root);
  const auto own = std::ranges::find(all, "", &membership::controllers);
  // Above the root of the namespace of groups: "/../x".
  if (own == all.end() || own->path.starts_with("/..")) return std::nullopt;
  for (const auto& [shown, place] : unified_mounts(root)) {
    const bool is_below = own->path == shown || own->path.starts_with(shown + '/');
    if (is_below) return root + place + own->path.substr(shown.size());
  }
  return std::nullopt;
}

bool is_of_version_1(std::string_view controller, const std::string& root) {
  return std::ranges::any_of(memberships(root), [&](const membership& each) {
    return names(each.controllers, controller);
  });
}

}  // namespace weir
