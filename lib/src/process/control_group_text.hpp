/// What stands in the files of control groups of version 2, what their directories are called, and
/// which controllers a run may have: decisions, without a look at anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include <weir/event.hpp>
#include <weir/process_settings.hpp>

#include "process/process_owners.hpp"

namespace weir {

/// "usage_usec 12\nuser_usec 3\n": cpu.stat, memory.events, cgroup.events. Nothing: no such key.
std::optional<std::uint64_t> number_of_key(std::string_view text, std::string_view key);

/// "8:0 rbytes=12 wbytes=3 ...": io.stat; of all devices together.
std::uint64_t sum_of_devices(std::string_view text, std::string_view key);

/// cgroup.procs.
std::vector<pid_t> numbers_of_group(std::string_view text);

/// "cpu memory pids": cgroup.controllers, cgroup.subtree_control.
std::vector<std::string> words_of_group(std::string_view text);

/// A group of a run is called by its process in front, which is told by when it was started.
struct group_owner {
  pid_t pid = 0;
  std::uint64_t start_time = 0;  ///< process_entry::start_time
  bool operator==(const group_owner&) const = default;
};
std::string name_of_run_group(const group_owner& run);
/// Nothing: it is none of a run's.
std::optional<group_owner> owner_in(std::string_view name);
std::string name_of_job_group(attempt_id job);
bool is_job_group(std::string_view name);

/// In a run's group, for weir itself, where that must not be in a group that hands controllers on.
inline constexpr std::string_view own_leaf = "weir";
/// In a job's group: what is in that was left, and may stay.
inline constexpr std::string_view left_mark = "left";

/// What a job's group may have, as far as there is such a controller.
inline constexpr std::string_view wanted_controllers[] = {"memory", "pids", "cpu", "io"};

/// The group that a run's is to be made in.
struct group_facts {
  std::vector<std::string> available;  ///< controllers
  std::vector<std::string> handed_on;  ///< to the groups in it, already
  std::vector<pid_t> processes;        ///< of the group itself
  std::vector<pid_t> own;              ///< weir's
  bool is_root = false;                ///< of the hierarchy: its processes are in nobody's way
};

struct controller_plan {
  std::vector<std::string> to_hand_on;  ///< that are not yet
  bool moves = false;                   ///< weir goes into a leaf first
  bool others = false;                  ///< processes that are not weir's keep it from that
};
controller_plan plan_controllers(const group_facts& facts);

/// The controller that each limit needs, with its key in a manifest.
struct needed_controller {
  std::string_view key;
  std::string_view name;
};
std::vector<needed_controller> controllers_for(const group_limits& limits);

/// "cpu.max".
std::string text_of_cpus(std::uint64_t milli_cpus);

}  // namespace weir
