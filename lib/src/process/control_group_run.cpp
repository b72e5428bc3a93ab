#include "process/control_group_run.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/control_group_end.hpp"
#include "process/control_group_files.hpp"
#include "process/control_groups.hpp"
#include "process/process_table.hpp"

namespace weir {

namespace {

constexpr mode_t mode_of_group = 0755;

constexpr const char* no_groups =
    "there are no control groups of version 2 here: no file system of type cgroup2 is mounted that "
    "shows weir's own group";
constexpr const char* has_version_1 =
    "version 1 has it on this machine: boot with systemd.unified_cgroup_hierarchy=1";

std::string lacks(const needed_controller& needed, const std::string& base) {
  return "cgroup." + std::string(needed.key) + ": the controller " + std::string(needed.name) +
         " is missing in " + base + ": ";
}

std::string how_to_get_one() {
  return std::string("run weir where a group is handed to it, as by systemd-run ") +
         (::geteuid() == 0 ? "" : "--user ") + "--scope -p Delegate=yes weir ...";
}

std::uint64_t start_of(pid_t pid) {
  const auto process = read_process(pid);
  return process ? process->start_time : 0;
}

std::vector<std::string> words_in(int dir, const std::string& file) {
  const auto text = read_group_file(dir, file);
  return text ? words_of_group(*text) : std::vector<std::string>();
}

}  // namespace

owned_fd job_control_group::open() const {
  return open_group(run_.fd(), name_);
}

std::vector<pid_t> job_control_group::processes() const {
  return processes_in(run_.fd(), name_);
}

bool job_control_group::is_populated() const {
  return weir::is_populated(run_.fd(), name_);
}

bool job_control_group::kill() const {
  return kill_group(run_.fd(), name_);
}

bool job_control_group::freeze(bool now) const {
  return freeze_group(run_.fd(), name_, now);
}

group_usage job_control_group::usage() const {
  group_usage used;
  const auto file = [&](const char* name) { return read_group_file(run_.fd(), name_ + name); };
  if (const auto cpu = file("/cpu.stat")) {
    if (const auto user = number_of_key(*cpu, "user_usec"))
      used.user = std::chrono::microseconds(*user);
    if (const auto system = number_of_key(*cpu, "system_usec"))
      used.system = std::chrono::microseconds(*system);
  }
  if (const auto io = run_.has("io") ? file("/io.stat") : std::nullopt) {
    used.read = sum_of_devices(*io, "rbytes");
    used.written = sum_of_devices(*io, "wbytes");
  }
  if (!run_.has("memory")) return used;
  if (const auto peak = file("/memory.peak"))
    used.memory_peak = number_of_key("peak " + *peak, "peak");
  if (const auto events = file("/memory.events"))
    used.oom_kills = number_of_key(*events, "oom_kill");
  return used;
}

bool job_control_group::remove() const {
  return remove_group(run_.fd(), name_) == 0;
}

void job_control_group::mark_left() const {
  ::mkdirat(run_.fd(), (name_ + '/' + std::string(left_mark)).c_str(), mode_of_group);
}

std::unique_ptr<run_control_group> run_control_group::make(const std::string& root,
                                                           std::vector<pid_t> own,
                                                           std::string& why) {
  const auto base = own_unified_group(root);
  if (!base) {
    why = no_groups;
    return nullptr;
  }
  const std::string path = *base + '/' + name_of_run_group({own.front(), start_of(own.front())});
  // A weir that executed another one has made it before.
  if (::mkdir(path.c_str(), mode_of_group) != 0 && errno != EEXIST) {
    why =
        "no group can be made in " + *base + ": " + std::strerror(errno) + ": " + how_to_get_one();
    return nullptr;
  }
  owned_fd fd = open_group(AT_FDCWD, path);
  if (!fd || ::flock(fd.value(), LOCK_EX | LOCK_NB) != 0) {
    why = path + ": " + std::strerror(errno);
    return nullptr;
  }
  std::unique_ptr<run_control_group> made(new run_control_group(root, *base, path, std::move(fd)));
  made->hand_controllers_on(own);
  return made;
}

run_control_group::run_control_group(std::string root, std::string base, std::string path,
                                     owned_fd fd)
    : root_(std::move(root)), base_(std::move(base)), path_(std::move(path)), fd_(std::move(fd)) {}

run_control_group::~run_control_group() {
  remove_run_group(path_);
}

/// To the run's group, and from that to those of jobs.
void run_control_group::hand_controllers_on(const std::vector<pid_t>& own) {
  const owned_fd base = open_group(AT_FDCWD, base_);
  group_facts facts;
  facts.available = words_in(base.value(), "cgroup.controllers");
  facts.handed_on = words_in(base.value(), "cgroup.subtree_control");
  if (const auto text = read_group_file(base.value(), "cgroup.procs"))
    facts.processes = numbers_of_group(*text);
  facts.own = own;
  facts.is_root = ::faccessat(base.value(), "cgroup.type", F_OK, 0) != 0;
  const controller_plan plan = plan_controllers(facts);
  others_ = plan.others;
  if (plan.moves && !move_into_leaf(own)) return;
  // One by one: that one of them cannot be had is no reason to go without the others.
  for (const std::string& each : plan.to_hand_on)
    write_group_file(base.value(), "cgroup.subtree_control", '+' + each);
  for (const std::string_view each : wanted_controllers)
    if (write_group_file(fd(), "cgroup.subtree_control", '+' + std::string(each)) == 0)
      controllers_.emplace_back(each);
}

bool run_control_group::move_into_leaf(const std::vector<pid_t>& own) {
  const std::string leaf(own_leaf);
  if (::mkdirat(fd(), leaf.c_str(), mode_of_group) != 0 && errno != EEXIST) return false;
  return std::ranges::all_of(own, [&](pid_t pid) {
    return write_group_file(fd(), leaf + "/cgroup.procs", std::to_string(pid)) == 0;
  });
}

std::string run_control_group::why_none(const std::string& root, const group_limits& limits) {
  const auto needed = controllers_for(limits);
  if (needed.empty()) return {};
  const auto base = own_unified_group(root);
  if (!base) return no_groups;
  for (const needed_controller& each : needed)
    if (is_of_version_1(each.name, root)) return lacks(each, *base) + has_version_1;
  if (::access(base->c_str(), W_OK) == 0) return {};
  return "no group can be made in " + *base + ": " + std::strerror(errno) + ": " + how_to_get_one();
}

std::string run_control_group::why_not(const group_limits& limits) const {
  for (const needed_controller& each : controllers_for(limits)) {
    if (has(each.name)) continue;
    std::string text = lacks(each, base_);
    if (is_of_version_1(each.name, root_))
      text += has_version_1;
    else if (others_)
      text += "other processes are in that group: " + how_to_get_one();
    else
      text += how_to_get_one();
    return text;
  }
  return {};
}

std::unique_ptr<job_control_group> run_control_group::make_job(attempt_id job,
                                                               const group_limits* limits,
                                                               int& error) const {
  constexpr int most_of_a_name = 1000;
  const std::string usual = name_of_job_group(job);
  std::string name = usual;
  error = EEXIST;
  // An earlier one may be there still: of an attempt that a worker had before.
  for (int i = 1; error == EEXIST && i < most_of_a_name; ++i) {
    if (i > 1) name = usual + '-' + std::to_string(i);
    error = ::mkdirat(fd(), name.c_str(), mode_of_group) == 0 ? 0 : errno;
  }
  if (error != 0) return nullptr;
  auto made = std::make_unique<job_control_group>(*this, name);
  if (limits != nullptr) error = write_limits(fd(), name, *limits);
  if (error == 0) return made;
  made->remove();
  return nullptr;
}

int write_limits(int dir, const std::string& group, const group_limits& limits) {
  int error = 0;
  const auto write = [&](const char* file, const std::string& text) {
    if (error == 0) error = write_group_file(dir, group + file, text);
  };
  if (limits.memory) {
    write("/memory.max", std::to_string(*limits.memory));
    write("/memory.oom.group", "1");
    // Swap would make a job that takes too much slow, and others with it. No swap, no such file.
    const int swap = write_group_file(dir, group + "/memory.swap.max", "0");
    if (error == 0 && swap != ENOENT) error = swap;
  }
  if (limits.pids) write("/pids.max", std::to_string(*limits.pids));
  if (limits.milli_cpus) write("/cpu.max", text_of_cpus(*limits.milli_cpus));
  return error;
}

}  // namespace weir
