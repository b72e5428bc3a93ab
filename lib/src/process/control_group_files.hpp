/// The files and directories of a control group of version 2 (cgroups(7)): what is done to one, and
/// asked of it. Paths are relative to a descriptor of a directory, and are those of groups.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "loop/owned_fd.hpp"

namespace weir {

owned_fd open_group(int dir, const std::string& group);

/// \returns 0, or an errno value.
int write_group_file(int dir, const std::string& file, std::string_view text);
/// Nothing: it is not there, or cannot be read.
std::optional<std::string> read_group_file(int dir, const std::string& file);

/// Names of the groups in it.
std::vector<std::string> groups_in(int dir, const std::string& group);

/// Its processes, and those of the groups in it: not zombies, and 0 for one of another pid
/// namespace.
std::vector<pid_t> processes_in(int dir, const std::string& group);

/// Whether there are any.
bool is_populated(int dir, const std::string& group);

/// KILL to all of them, at once. \returns whether that could be done.
bool kill_group(int dir, const std::string& group);

/// \returns whether that could be done.
bool freeze_group(int dir, const std::string& group, bool freeze);

/// Removes it with the groups in it, if they have no processes. \returns 0, or an errno value.
int remove_group(int dir, const std::string& group);

}  // namespace weir
