#include "engine_remains.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>

#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "last_words.hpp"
#include "process/control_group_end.hpp"
#include "process/pursuit.hpp"

namespace weir::cli {

namespace {

using namespace std::chrono_literals;

/// From TERM to KILL: the jobs' main processes are dead by then, and nobody waits for the rest.
constexpr auto grace = 1s;
/// From the first KILL to reporting what would not die.
constexpr auto kill_deadline = 2s;
constexpr timespec between_looks{0, 2'000'000};

void end_one(const process_entry& process, bool kill, std::vector<process_entry>& told) {
  const bool again = std::ranges::any_of(told, [&](const auto& other) {
    return other.pid == process.pid && other.start_time == process.start_time;
  });
  if (kill) {
    signal_process(process, SIGKILL);
  } else if (!again) {
    told.push_back(process);
    signal_process(process, SIGTERM);
    signal_process(process, SIGCONT);
  }
}

/// \returns whether a child of ours is in the group.
bool signal_group(pid_t group, int signal) {
  siginfo_t info{};
  const auto id = static_cast<id_t>(group);
  if (::waitid(P_PGID, id, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return false;
  ::kill(-group, signal);
  return true;
}

/// \returns whether no children are left.
bool reap_children() {
  pid_t child;
  do child = ::waitpid(-1, nullptr, WNOHANG);
  while (child > 0);
  return child < 0 && errno == ECHILD;
}

}  // namespace

bool engine_remains::end() const {
  if (!proc_is_ours()) return end_groups();
  const std::string group = board_.group();
  auto owners = board_.owners(::getpid(), ::getsid(0));
  const auto begin = std::chrono::steady_clock::now();
  std::vector<process_entry> told;
  for (int empty_looks = 0;;) {
    const auto now = std::chrono::steady_clock::now();
    const bool kill = now - begin >= grace;
    if (kill) kill_children(owners);
    bool unclear = false;
    const auto living = to_end(owners, unclear);
    for (const auto& process : living) end_one(process, kill, told);
    const bool grouped =
        !group.empty() && (kill ? kill_jobs_of_run_group(group) : jobs_live_in_run_group(group));
    const bool childless = reap_children();
    // Every descendant either has living ancestors up to us, or is our child: without children,
    // nobody is left. A single picture of /proc may have missed a process.
    empty_looks = living.empty() && !unclear && !grouped ? empty_looks + 1 : 0;
    if ((childless && !grouped) || empty_looks > enough_looks()) return true;
    if (now - begin >= grace + kill_deadline) {
      for (const auto& process : living)
        say_last("weir: gave up: " + alive_text(process.pid, process.state));
      return false;
    }
    ::nanosleep(&between_looks, nullptr);
  }
}

/// Looks without a process to end. One that was just being born only shows whose it is once it
/// has executed: 0.1 s of looks allow for that.
int engine_remains::enough_looks() const {
  return board_.being_started() ? 50 : 1;
}

process_owners::mark_reader engine_remains::marks() const {
  return [mark = board_.run()](pid_t pid) { return mark_of(pid, mark); };
}

/// For when the engine was killed between the birth of a main process and its record.
void engine_remains::add_unrecorded(process_owners& owners, const std::vector<process_entry>& table,
                                    const process_owners::mark_reader& marks) const {
  const auto next = board_.being_started();
  if (!next) return;
  for (const auto& process : table)
    if (process.parent == ::getpid() && marks(process.pid) == *next)
      owners.starts(process.pid, *next, process.start_time);
}

/// Living descendants except those that existed before, and those that jobs may leave.
/// \param unclear set if only a later look can tell about one.
std::vector<process_entry> engine_remains::to_end(process_owners& owners, bool& unclear) const {
  const auto marks = this->marks();
  const auto nobody = [](const process_entry&) { return false; };
  const auto table = read_process_table();
  add_unrecorded(owners, table, marks);
  std::vector<process_entry> all;
  for (const auto& process : table) {
    const auto* branch = branch_of(::getpid(), process, table);
    if (branch == nullptr || is_stranger(*branch) || !is_alive(process)) continue;
    const fate then = owners.of(process, table, nobody, marks).then;
    if (then == fate::unclear) unclear = true;
    if (then != fate::left && then != fate::unclear) all.push_back(process);
  }
  owners.divide(table, nobody, marks);
  return all;
}

/// Those to end: what moves on from process to process is not where the table has it.
void engine_remains::kill_children(const process_owners& owners) const {
  const auto marks = this->marks();
  own_children list;
  pursue(list, {[](pid_t) { return false; },
                [&](const process_entry& process) {
                  const fate then = owners.of_child(process, marks).then;
                  return !is_stranger(process) && then != fate::left && then != fate::unclear;
                }});
}

/// Without a /proc that shows our processes: the groups of jobs, if children of ours are in them,
/// so that the numbers are theirs. Without any child, nobody is left.
bool engine_remains::end_groups() const {
  if (!board_.was_used()) return true;
  const auto groups = board_.groups_to_end();
  const std::string control_group = board_.group();
  for (const pid_t group : groups)
    for (const int signal : {SIGTERM, SIGCONT}) signal_group(group, signal);
  const auto begin = std::chrono::steady_clock::now();
  for (;;) {
    const auto age = std::chrono::steady_clock::now() - begin;
    const bool kill = age >= grace;
    const auto living = std::ranges::count_if(
        groups, [&](pid_t group) { return signal_group(group, kill ? SIGKILL : 0); });
    if (kill && !control_group.empty()) kill_jobs_of_run_group(control_group);
    if (reap_children()) return true;
    if (living == 0 || age >= grace + kill_deadline) break;
    ::nanosleep(&between_looks, nullptr);
  }
  say_last(
      "weir: /proc is missing, or belongs to another pid namespace: processes that left their "
      "job's process group may survive");
  return false;
}

bool engine_remains::is_stranger(const process_entry& child) const {
  return std::any_of(strangers_.begin(), strangers_.end(), [&](const auto& stranger) {
    return stranger.pid == child.pid && stranger.start_time == child.start_time;
  });
}

}  // namespace weir::cli
