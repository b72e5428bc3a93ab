#include "process/shields.hpp"

#include <algorithm>
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

}  // namespace

struct shields::shield final : poll_set::watch {
  shield(shields& o, process_tree& j, pid_t p) : owner(o), job(j), pid(p) {}
  /// The pidfd: the process has ended.
  void ready(poll_set::readiness) override { owner.ended(*this); }

  shields& owner;
  process_tree& job;
  const pid_t pid;
  bool ending = false;
  timer_queue::timer next;
};

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
  if (closed_) return false;
  process_tree* const job = sweeper_.running_tree_of(pid);
  if (job == nullptr) return false;
  auto s = std::make_unique<shield>(*this, *job, pid);
  s->take(std::move(pidfd));
  try {
    s->start(poll_);
  } catch (const io_error&) {
    return false;  // the kernel has no room: it runs as it would without weir
  }
  sweeper_.spare(pid);
  job->shield_granted();
  all_.push_back(std::move(s));
  if (changed) changed();
  return true;
}

void shields::ended(shield& s) {
  process_tree& job = s.job;
  sweeper_.spare_no_more(s.pid);
  std::erase_if(all_, [&](const auto& other) { return other.get() == &s; });
  if (changed) changed();
  job.shield_ended();
}

void shields::end_all() {
  closed_ = true;
  for (const auto& s : all_) end(*s);
}

void shields::kill_all() {
  closed_ = killing_ = true;
  for (const auto& s : all_) kill(*s);
}

void shields::end_those_of(process_tree& job) {
  for (const auto& s : all_)
    if (&s->job == &job) end(*s);
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
  tell(s, SIGTERM);
  // A stopped process would not see TERM until it is continued.
  tell(s, SIGCONT);
  timers_.schedule(s.next, s.job.grace(), [this, &s] { kill(s); });
}

void shields::kill(shield& s) {
  s.ending = true;
  s.job.ending_shield();
  tell(s, SIGKILL);
  timers_.schedule(s.next, between_kills, [this, &s] { kill(s); });
}

void shields::tell(const shield& s, int signal) {
  // Until it is reaped, which the descriptor shows, its number means what it leads and nothing
  // else.
  if (::syscall(SYS_pidfd_send_signal, s.fd(), signal, nullptr, 0) != 0) return;
  const auto table = read_process_table();
  for (const auto& process : table)
    if (process.pid != s.pid && belongs_to(s.pid, process, table)) signal_process(process, signal);
}

}  // namespace weir
