/// The control groups that this process is in, as directories (cgroups(7)).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct control_group {
  std::string dir;
  bool unified;  ///< version 2
};

/// The group of this process and those above it, up to the root of each hierarchy that may have
/// `controller`: version 2 both at its usual place and at the one it has alongside version 1. In a
/// container the path may be the host's, and only the mount itself exists.
/// \param root where proc/self/cgroup and sys/fs/cgroup are found, without a final slash: empty for
/// the system's own. \returns directories that may not exist.
std::vector<control_group> control_groups_with(std::string_view controller,
                                               const std::string& root);

/// The group of this process in version 2, wherever that is mounted. Nothing: it is not mounted, or
/// shows only groups that this process is not in.
/// \param root as above.
std::optional<std::string> own_unified_group(const std::string& root);

/// Whether a hierarchy of version 1 has the controller: version 2 cannot have it then.
bool is_of_version_1(std::string_view controller, const std::string& root);

}  // namespace weir
