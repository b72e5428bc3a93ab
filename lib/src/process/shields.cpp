#include "process/shields.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <weir/error.hpp>

namespace weir {

namespace {

using namespace std::chrono_literals;

/// Between two KILLs: what is being killed may meanwhile start others.
constexpr auto between_kills = 20ms;
/// How long the kernel may take to remove what was killed.
constexpr auto time_to_go = 2s;

}  // namespace

struct shields::shield final : poll_set::watch {
  shield(shields& o, process_tree& j, pid_t p) : owner(o), job(j), pid(p) {}
  /// The pidfd: the process has ended.
  void ready(poll_set::readiness) override { owner.ended(*this); }

  bool leaves_some(timer_queue::clock::time_point now) const;

  shields& owner;
  process_tree& job;
  const pid_t pid;
  bool ending = false;
  std::vector<process_entry> killed;  ///< what it has started, as of the last KILL
  std::optional<timer_queue::clock::time_point> gone_until;  ///< once it is killed: its time to go
  timer_queue::timer next;
};

/// Something that was killed with it is still about to end.
bool shields::shield::leaves_some(timer_queue::clock::time_point now) const {
  const auto lives = [](const process_entry& process) {
    const auto is = read_process(process.pid);
    return is && is->start_time == process.start_time && is_alive(*is);
  };
  return gone_until && now < *gone_until && std::ranges::any_of(killed, lives);
}

shields::shields(poll_set& poll, timer_queue& timers, tree_sweeper& sweeper)
    : poll_(poll),
      timers_(timers),
      sweeper_(sweeper),
      socket_([this](pid_t pid, owned_fd pidfd) { return grant(pid, std::move(pidfd)); }) {}

shields::~shields() = default;

const std::string& shields::listen() {
  socket_.open(poll_);
  return socket_.name();
}

bool shields::grant(pid_t pid, owned_fd pidfd) {
  process_tree* const job = sweeper_.running_tree_of(pid);
  if (job == nullptr || !job->may_shield()) return false;
  auto s = std::make_unique<shield>(*this, *job, pid);
  s->take(std::move(pidfd));
  try {
    s->start(poll_);
  } catch (const io_error&) {
    return false;  // the kernel has no room: it runs as it would without weir
  }
  sweeper_.spare(pid);
  job->shield_granted(pid);
  all_.push_back(std::move(s));
  if (changed) changed();
  return true;
}

void shields::ended(shield& s) {
  if (s.leaves_some(timers_.now())) {
    s.stop();  // it would stay readable
    return timers_.schedule(s.next, between_kills, [this, &s] { ended(s); });
  }
  process_tree& job = s.job;
  sweeper_.spare_no_more(s.pid);
  std::erase_if(all_, [&](const auto& other) { return other.get() == &s; });
  job.shield_ended();
  if (changed) changed();
}

void shields::end_those_of(process_tree& job) {
  job.shield_no_more();
  for (const auto& s : all_)
    if (&s->job == &job) end(*s);
}

void shields::kill_those_of(process_tree& job) {
  job.shield_no_more();
  for (const auto& s : all_)
    if (&s->job == &job) kill(*s);
}

void shields::signal_those_of(const process_tree& job, int signal) {
  for (const auto& s : all_)
    if (&s->job == &job) tell(*s, signal);
}

void shields::forget_those_of(process_tree& job) {
  for (const auto& s : all_)
    if (&s->job == &job) sweeper_.spare_no_more(s->pid);
  std::erase_if(all_, [&](const auto& s) { return &s->job == &job; });
  job.forget_shields();
  if (changed) changed();
}

void shields::end(shield& s) {
  if (std::exchange(s.ending, true)) return;
  s.job.ending_shield();
  sweeper_.signal_around_shields(s.job, SIGTERM);
  tell(s, SIGTERM);
  // A stopped process would not see TERM until it is continued.
  tell(s, SIGCONT);
  timers_.schedule(s.next, s.job.grace(), [this, &s] { kill(s); });
}

void shields::kill(shield& s) {
  if (s.gone_until) return;
  s.ending = true;
  s.job.ending_shield();
  s.gone_until = timers_.now() + time_to_go;
  sweeper_.signal_around_shields(s.job, SIGKILL);
  kill_again(s);
}

void shields::kill_again(shield& s) {
  tell(s, SIGKILL);
  timers_.schedule(s.next, between_kills, [this, &s] { kill_again(s); });
}

void shields::tell(shield& s, int signal) {
  // Before it ends: then what has left its session cannot be told any more. For KILL, which is sent
  // again, a picture that is not quite new will do.
  std::vector<process_entry> fresh;
  if (signal != SIGKILL) fresh = read_process_table();
  const auto& table = signal == SIGKILL ? sweeper_.recent_table() : fresh;
  // Until it is reaped, which the descriptor shows, its number means what it leads and nothing
  // else.
  if (::syscall(SYS_pidfd_send_signal, s.fd(), signal, nullptr, 0) != 0) return;
  std::vector<process_entry> started;
  for (const auto& process : table)
    if (process.pid != s.pid && belongs_to(s.pid, process, table)) started.push_back(process);
  sort_by_age(started);
  for (const auto& process : started) signal_process(process, signal);
  if (signal == SIGKILL) s.killed = std::move(started);
}

}  // namespace weir
