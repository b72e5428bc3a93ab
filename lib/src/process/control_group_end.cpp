#include "process/control_group_end.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "process/control_group_files.hpp"
#include "process/control_group_text.hpp"
#include "process/process_table.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

constexpr auto longest_wait_for_killed = 2s;  // for the kernel to take what was killed
constexpr timespec between_looks_at_groups{0, 1'000'000};
/// A machine has hundreds of groups; whoever has more pays for that many.
constexpr std::size_t most_groups = 20'000;

std::string above(const std::string& path) {
  return path.substr(0, path.find_last_of('/'));
}

bool is_marked(int dir, const std::string& job) {
  return ::faccessat(dir, (job + '/' + std::string(left_mark)).c_str(), F_OK, 0) == 0;
}

/// Those with processes that may not stay.
std::vector<std::string> jobs_to_end(int run) {
  auto jobs = groups_in(run, ".");
  std::erase_if(jobs, [run](const std::string& job) {
    return !is_job_group(job) || is_marked(run, job) || !is_populated(run, job);
  });
  return jobs;
}

void hand_on_no_more(int dir) {
  for (const std::string_view each : wanted_controllers)
    write_group_file(dir, "cgroup.subtree_control", '-' + std::string(each));
}

/// What a killed run has left: nobody has it locked, and its process in front has gone.
bool is_left(const owned_fd& group, const group_owner& owner) {
  struct stat status {};
  if (::fstat(group.value(), &status) != 0 || status.st_uid != ::geteuid()) return false;
  if (::flock(group.value(), LOCK_EX | LOCK_NB) != 0) return false;
  const auto process = read_process(owner.pid);
  // Nobody may ever reap it.
  return !process || process->start_time != owner.start_time || !is_alive(*process);
}

left_group end_one(const std::string& path) {
  left_group one{path};
  std::vector<pid_t> pids;
  const auto deadline = std::chrono::steady_clock::now() + longest_wait_for_killed;
  bool lives = kill_jobs_of_run_group(path, &pids);
  one.processes = pids.size();
  while (lives && std::chrono::steady_clock::now() < deadline) {
    ::nanosleep(&between_looks_at_groups, nullptr);
    lives = kill_jobs_of_run_group(path);
  }
  one.ended = !lives;
  remove_run_group(path);
  return one;
}

/// Groups that may be written to, from this one up.
std::string highest_of_ours(std::string path) {
  for (std::string next = above(path);
       ::access((next + "/cgroup.procs").c_str(), W_OK) == 0 && ::access(next.c_str(), W_OK) == 0;
       next = above(path))
    path = next;
  return path;
}

void end_below(const std::string& path, std::size_t& seen, std::vector<left_group>& ended) {
  for (const std::string& name : groups_in(AT_FDCWD, path)) {
    if (++seen > most_groups) return;
    const std::string group = path + '/' + name;
    const auto owner = owner_in(name);
    if (!owner) {
      end_below(group, seen, ended);
      continue;
    }
    // Of a run that lives, what is inside is its own affair.
    const owned_fd fd = open_group(AT_FDCWD, group);
    if (!fd || !is_left(fd, *owner)) continue;
    const left_group one = end_one(group);
    if (one.processes > 0) ended.push_back(one);
  }
}

}  // namespace

bool jobs_live_in_run_group(const std::string& path) {
  const owned_fd run = open_group(AT_FDCWD, path);
  return run && !jobs_to_end(run.value()).empty();
}

bool kill_jobs_of_run_group(const std::string& path, std::vector<pid_t>* pids) {
  const owned_fd run = open_group(AT_FDCWD, path);
  if (!run) return false;
  const std::vector<std::string> jobs = jobs_to_end(run.value());
  for (const std::string& job : jobs) {
    if (pids != nullptr) {
      const auto more = processes_in(run.value(), job);
      pids->insert(pids->end(), more.begin(), more.end());
    }
    kill_group(run.value(), job);
  }
  return !jobs.empty();
}

void remove_run_group(const std::string& path) {
  const owned_fd run = open_group(AT_FDCWD, path);
  if (!run) return;
  const std::string leaf(own_leaf);
  for (const std::string& job : groups_in(run.value(), "."))
    if (is_job_group(job) && !is_populated(run.value(), job)) remove_group(run.value(), job);
  const bool has_leaf = ::faccessat(run.value(), leaf.c_str(), F_OK, 0) == 0;
  // Where a job has left something, that needs what was handed on.
  const auto rest = groups_in(run.value(), ".");
  if (has_leaf && rest.size() == 1) {
    const std::string base = above(path);
    const owned_fd dir = open_group(AT_FDCWD, base);
    hand_on_no_more(run.value());
    hand_on_no_more(dir.value());
    for (const pid_t pid : processes_in(run.value(), leaf))
      write_group_file(dir.value(), "cgroup.procs", std::to_string(pid));
    remove_group(run.value(), leaf);
  }
  ::rmdir(path.c_str());
}

std::vector<left_group> end_left_groups(const std::string& base) {
  std::vector<left_group> ended;
  std::size_t seen = 0;
  // The own group first: where it is in a job of another run, which lives, the search from above
  // passes it by.
  end_below(base, seen, ended);
  end_below(highest_of_ours(base), seen, ended);
  return ended;
}

std::string text_of(const left_group& one) {
  const std::string what = "control group " + one.path +
                           ", left by a weir that was killed: " + std::to_string(one.processes) +
                           (one.processes == 1 ? " process" : " processes");
  return one.ended ? what + " ended" : what + ", which would not end";
}

}  // namespace weir
