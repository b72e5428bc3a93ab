/// The keys of a job for how its process differs from weir: nice, ionice, limits, umask, clear-env,
/// pass-env.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <weir/process_settings.hpp>

#include "input/manifest/field_checker.hpp"

namespace weir::doc {

std::optional<int> read_nice(const node& value, field_checker& check);
/// "idle", "best-effort", "realtime", the last two optionally followed by ":0" to ":7".
std::optional<io_priority> read_ionice(const node& value, field_checker& check);
/// { nofile = 1024, fsize = "1G", core = 0, cpu = "unlimited" }
std::optional<std::vector<resource_limit>> read_limits(const node& value, field_checker& check);
/// { memory = "2G", pids = 100, cpus = 1.5 }
std::optional<group_limits> read_group_limits(const node& value, field_checker& check);
/// The keys that it knows.
std::vector<std::string_view> cgroup_keys();
/// "027", octal.
std::optional<mode_t> read_umask(const node& value, field_checker& check);
/// Names of variables.
std::optional<std::vector<std::string>> read_pass_env(const node& value, field_checker& check);

}  // namespace weir::doc
