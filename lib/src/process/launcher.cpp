#include "process/launcher.hpp"

#include <atomic>
#include <cassert>
#include <cerrno>
#include <new>
#include <utility>

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "loop/few_descriptors.hpp"
#include "loop/owned_fd.hpp"
#include "process/job_environment.hpp"
#include "process/launcher_stack.hpp"
#include "process/raw_calls.hpp"

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif
#ifndef CLONE_CLEAR_SIGHAND
#define CLONE_CLEAR_SIGHAND 0x100000000ULL
#endif

namespace weir {

namespace {

constexpr std::size_t kernel_sigset_bytes = 8;

/// struct sigaction as the kernel defines it (rt_sigaction(2)); libc's differs.
struct kernel_sigaction {
  void (*handler)(int);
  unsigned long flags;
  void (*restorer)();
  unsigned long mask;
};

}  // namespace

inherited_state inherited_state::current() {
  inherited_state state;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &state.mask);
  ::getrlimit(RLIMIT_NOFILE, &state.open_files);
  return state;
}

launcher::launcher(inherited_state state, launch_method preferred)
    : state_(std::move(state)),
      method_(preferred),
      nothing_(::open("/dev/null", O_RDONLY | O_CLOEXEC)),
      null_input_(nothing_.value()),
      few_(descriptors_are_few()) {
#if !defined(WEIR_CLONES)
  method_ = launch_method::posix_spawn;
#endif
  if (few_ && nothing_) {
    nothing_ = owned_fd();
    null_input_ = null_by_itself;
  }
  if (method_ != launch_method::clone) return;
  // At once, while low numbers are free.
  reserve_places();
  terminal_ = owned_fd(::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC));
  has_terminal_ = terminal_ || errno != ENXIO;
  if (few_) terminal_ = owned_fd();
}

launcher::~launcher() = default;

#if defined(WEIR_CLONES)

// The child runs in our memory while we run, too: raw system calls only, since errno and every lock
// are shared, and no sanitizers.

namespace {

/// What the child needs, copied onto its own stack. What it points to belongs to the block, which
/// the ticket keeps until the child has left our memory, to the stack, or to the launcher.
struct child_plan {
  const char* path;
  const char** argv;
  const char* const* environment;
  const char* directory;
  const process_settings* settings;  ///< null: none
  launch_streams streams;
  const std::vector<shield_address>* shields;  ///< to be asked for a shield; null: none
  const inherited_state* state;
  int terminal;
  bool has_terminal;
  std::atomic<int>* error;
  std::atomic<launch_step>* failed_step;
  std::atomic<bool>* shares_table;
  unsigned first_own;  ///< if it shares the table
};

WEIR_CHILD void set_disposition(int signal, void (*handler)(int)) {
  kernel_sigaction action{handler, 0, nullptr, 0};
  raw(SYS_rt_sigaction, signal, word(&action), 0, kernel_sigset_bytes);
}

/// Enters a process group of its own, out of the terminal's reach; see launcher.hpp.
WEIR_CHILD void leave_group(const child_plan& plan) {
  // A terminal to write to must not be the controlling one: nobody would answer what is asked
  // there, and its end would hang up on processes that the job may leave running.
  if (plan.streams.terminal) {
    raw(SYS_setsid);
    return;
  }
  if (plan.settings != nullptr && plan.settings->foreground) {
    raw(SYS_setpgid, 0, 0);
    return;
  }
  // On a terminal that was hung up, or could not be opened, this fails.
  if (plan.has_terminal && raw(SYS_ioctl, plan.terminal, TIOCNOTTY) < 0)
    raw(SYS_setsid);
  else
    raw(SYS_setpgid, 0, 0);
}

/// Signals that were sent to our process group before the child left it were meant for us: by the
/// terminal, by timeout(1), by a CI service. Signals that we sent ourselves end the child before it
/// executes.
WEIR_CHILD void forget_group_signals() {
  unsigned long set = 0;
  for (const int signal : {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP}) set |= 1UL << (signal - 1);
  const timespec now{0, 0};
  siginfo_t info;
  long ours = 0;
  long signal;
  while ((signal = raw(SYS_rt_sigtimedwait, word(&set), word(&info), word(&now),
                       kernel_sigset_bytes)) > 0)
    if (info.si_pid == raw(SYS_getppid)) ours = signal;
  if (ours > 0) raw(SYS_kill, raw(SYS_getpid), ours);
}

WEIR_CHILD void redirect(int from, int to) {
  if (from < 0) return;
  // dup2(n, n) would leave close-on-exec set.
  if (from == to)
    raw(SYS_fcntl, from, F_SETFD, 0);
  else
    raw(SYS_dup3, from, to, 0);
}

/// The lowest number is then free: no further descriptor is used. \returns a negative errno value.
WEIR_CHILD long open_null_input() {
  raw(SYS_close, 0);
  return raw(SYS_openat, AT_FDCWD, word("/dev/null"), O_RDONLY);
}

[[noreturn]] WEIR_CHILD void fail(const child_plan& plan, long error,
                                  launch_step step = launch_step::program) {
  plan.failed_step->store(step, std::memory_order_relaxed);
  plan.error->store(static_cast<int>(-error), std::memory_order_release);
  for (;;) raw(SYS_exit, 127);
}

/// Leaves the parent's table of descriptors, before anything in it is changed.
WEIR_CHILD void leave_table(const child_plan& plan) {
  long error = raw(SYS_close_range, plan.first_own, ~0U, CLOSE_RANGE_UNSHARE);
  if (error < 0) error = raw(SYS_unshare, CLONE_FILES);  // before Linux 5.9
  if (error < 0) fail(plan, error);
  plan.shares_table->store(false, std::memory_order_release);
}

/// A file without an interpreter line is given to sh, as execvp(3) does. \returns the error.
WEIR_CHILD long execute(const child_plan& plan) {
  const long error = raw(SYS_execve, word(plan.path), word(plan.argv), word(plan.environment));
  if (error != -ENOEXEC) return error;
  const char* const name = plan.argv[0];
  plan.argv[-1] = "/bin/sh";
  plan.argv[0] = plan.path;
  const long no_shell =
      raw(SYS_execve, word("/bin/sh"), word(plan.argv - 1), word(plan.environment));
  plan.argv[0] = name;
  return no_shell;
}

/// For jobs that have such settings. Limits already apply to what the child does after this.
WEIR_CHILD void apply(const child_plan& plan, const process_settings& settings) {
  constexpr long which_process = 1;  // IOPRIO_WHO_PROCESS, and PRIO_PROCESS is 0
  constexpr long class_shift = 13;
  if (settings.umask) raw(SYS_umask, *settings.umask);
  const auto check = [&](long error, launch_step step) {
    if (error < 0) fail(plan, error, step);
  };
  if (settings.nice)
    check(raw(SYS_setpriority, PRIO_PROCESS, 0, *settings.nice), launch_step::nice);
  if (settings.io)
    check(raw(SYS_ioprio_set, which_process, 0,
              settings.io->level_class << class_shift | settings.io->level),
          launch_step::ionice);
  for (const resource_limit& each : settings.limits) {
    const rlimit64 both{each.value, each.value};
    check(raw(SYS_prlimit64, 0, each.resource, word(&both), 0), launch_step::limits);
  }
}

/// Takes the foreground of the terminal that it reads, if weir has it: in the background, a shell
/// has it. A process that takes it without being in the foreground is stopped (SIGTTOU) unless the
/// signal is blocked, as it is until the program gets its own mask.
WEIR_CHILD void take_foreground() {
  int now = 0;
  raw(SYS_ioctl, 0, TIOCGPGRP, word(&now));
  if (now != raw(SYS_getpgid, raw(SYS_getppid))) return;
  const unsigned long blocked = 1UL << (SIGTTOU - 1);
  raw(SYS_rt_sigprocmask, SIG_BLOCK, word(&blocked), 0, kernel_sigset_bytes);
  const int group = static_cast<int>(raw(SYS_getpid));
  raw(SYS_ioctl, 0, TIOCSPGRP, word(&group));
}

[[noreturn]] WEIR_CHILD void run_child(void* argument) {
  const child_plan& plan = *static_cast<child_plan*>(argument);
  const inherited_state& state = *plan.state;
  leave_group(plan);  // while the terminal's descriptor is still there
  if (plan.shares_table->load(std::memory_order_relaxed)) leave_table(plan);
  raw(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
  if (plan.directory != nullptr) {
    const long error = raw(SYS_chdir, word(plan.directory));
    if (error < 0) fail(plan, error, launch_step::directory);
  }
  redirect(plan.streams.in, 0);
  if (plan.streams.in == null_by_itself)
    if (const long error = open_null_input(); error < 0) fail(plan, error);
  redirect(plan.streams.out, 1);
  redirect(plan.streams.err, 2);
  for (const int signal : state.default_signals) set_disposition(signal, SIG_DFL);
  for (const int signal : state.ignored_signals) set_disposition(signal, SIG_IGN);
  if (state.restore_open_files) raw(SYS_prlimit64, 0, RLIMIT_NOFILE, word(&state.open_files), 0);
  if (plan.settings != nullptr) apply(plan, *plan.settings);
  if (plan.settings != nullptr && plan.settings->foreground) take_foreground();
  if (plan.shields != nullptr) ask_for_shield(plan.shields->data(), plan.shields->size());
  forget_group_signals();
  raw(SYS_rt_sigprocmask, SIG_SETMASK, word(&state.mask), 0, kernel_sigset_bytes);
  fail(plan, execute(plan));
}

/// What clone3 says of the group that a child is to be born in (clone(2)).
bool is_of_group(int error) {
  return error == EACCES || error == EBUSY || error == EOPNOTSUPP || error == ENODEV ||
         error == EBADF;
}

}  // namespace

int launcher::start_by_clone(launch_ticket& ticket, launch_streams streams, launched& child) {
  if (!ticket.stack_) {
    if (free_stacks_.empty()) {
      ticket.stack_ = std::make_unique<stack>();
    } else {
      ticket.stack_ = std::move(free_stacks_.back());
      free_stacks_.pop_back();
    }
  }
  stack& place = *ticket.stack_;
  place.error.store(0, std::memory_order_relaxed);
  place.failed_step.store(launch_step::program, std::memory_order_relaxed);
  const bool share = highest_fd_ >= large_table && hand_over(streams);
  place.shares_table.store(share, std::memory_order_relaxed);

  // The plan sits at the top of the child's stack: our own frame is gone before the child is done.
  char* const end = static_cast<char*>(place.memory) + place.size();
  constexpr std::size_t plan_bytes = (sizeof(child_plan) + 15) / 16 * 16;
  execution_block& block = *ticket.block();
  auto* plan = new (end - plan_bytes) child_plan{block.path(),        block.argv(),
                                                 block.environment(), block.directory(),
                                                 block.settings(),    streams,
                                                 shields_for(block),  &state_,
                                                 terminal_.value(),   has_terminal_,
                                                 &place.error,        &place.failed_step,
                                                 &place.shares_table, handover_.first_own};

  const auto address = [](void* p) { return reinterpret_cast<std::uintptr_t>(p); };
  clone_args arguments{};
  arguments.flags = CLONE_VM | CLONE_CLEAR_SIGHAND | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
  if (!few_) arguments.flags |= CLONE_PIDFD;
  if (share) arguments.flags |= CLONE_FILES;
  if (streams.group >= 0) {
    arguments.flags |= CLONE_INTO_CGROUP;
    arguments.cgroup = static_cast<std::uint64_t>(streams.group);
  }
  arguments.pidfd = address(&child.pidfd);
  arguments.child_tid = address(&place.tid);
  // Set in the parent, so that a child that has not run yet is never taken for one that executes
  // its program.
  arguments.parent_tid = address(&place.tid);
  arguments.exit_signal = SIGCHLD;
  arguments.stack = address(place.memory);
  arguments.stack_size = place.size() - plan_bytes;

  // No handler runs in the child, in our memory: CLONE_CLEAR_SIGHAND removed them before it
  // existed.
  const long result = clone3_into(arguments, run_child, plan);
  if (result < 0) {
    const int error = static_cast<int>(-result);
    if (streams.group >= 0 && is_of_group(error))
      place.failed_step.store(launch_step::group, std::memory_order_relaxed);
    return error;
  }
  child.pid = static_cast<pid_t>(result);
  highest_fd_ = child.pidfd;
  if (share) handover_.user = &place;
  return 0;
}

#else

int launcher::start_by_clone(launch_ticket&, launch_streams, launched&) {
  return ENOSYS;
}

#endif

const std::vector<shield_address>* launcher::shields_for(const execution_block& block) const {
  return block.is_shielded() && !shields_around_.empty() ? &shields_around_ : nullptr;
}

int launcher::start(launch_ticket& ticket, launch_streams streams, launched& child) {
  assert(ticket.executing());
  if (method_ == launch_method::clone) {
    const int error = start_by_clone(ticket, streams, child);
    // Before Linux 5.7 no child is born in a group.
    const bool knows_no_groups = streams.group >= 0 && (error == E2BIG || error == EINVAL);
    if (knows_no_groups) {
      ticket.settle();
      return start_by_posix_spawn(ticket, streams, child);
    }
    // EPERM: the answer of container runtimes' filters to clone3 with flags they cannot inspect.
    if (error != ENOSYS && error != EPERM && error != EINVAL) return error;
    method_ = launch_method::posix_spawn;
    ticket.settle();
  }
  return start_by_posix_spawn(ticket, streams, child);
}

launch_ticket::launch_ticket(launcher& owner, std::unique_ptr<execution_block> block)
    : owner_(owner), block_(std::move(block)) {}

launch_ticket::~launch_ticket() {
  if (executing()) {
    settle();
    return;
  }
  // Reusing a stack that its child still runs on, or words that it still reads, would be a
  // disaster: the contract is that the child was reaped, and if it was not, a leak is better than a
  // crash.
  static_cast<void>(stack_.release());
  static_cast<void>(block_.release());
}

std::unique_ptr<execution_block> launch_ticket::take_block() noexcept {
  assert(executing());
  return std::move(block_);
}

bool launch_ticket::executing() const noexcept {
  return !stack_ || stack_->tid.load(std::memory_order_acquire) == 0;
}

void launch_ticket::settle() {
  if (!stack_) return;
  error_ = exec_error();
  failed_step_ = failed_step();
  owner_.free_stacks_.push_back(std::move(stack_));
}

int launch_ticket::exec_error() const noexcept {
  return stack_ ? stack_->error.load(std::memory_order_acquire) : error_;
}

launch_step launch_ticket::failed_step() const noexcept {
  return stack_ ? stack_->failed_step.load(std::memory_order_relaxed) : failed_step_;
}

}  // namespace weir
