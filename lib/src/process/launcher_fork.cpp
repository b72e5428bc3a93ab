// Without clone3, for jobs with settings for which posix_spawn(3) has no attribute: fork(2).
#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/job_environment.hpp"
#include "process/launcher.hpp"

namespace weir {

namespace {

/// What the child reports if it cannot execute.
struct failed_start {
  int error;
  launch_step step;
};

void move_descriptor(int from, int to) {
  if (from == to)
    ::fcntl(from, F_SETFD, 0);
  else if (from >= 0)
    ::dup2(from, to);
}

void restore(const inherited_state& state) {
  for (const int signal : state.default_signals) ::signal(signal, SIG_DFL);
  for (const int signal : state.ignored_signals) ::signal(signal, SIG_IGN);
  if (state.restore_open_files) ::setrlimit(RLIMIT_NOFILE, &state.open_files);
}

/// As CLONE_INTO_CGROUP does: before it executes, and so before it starts anything.
bool enter_group(int group) {
  const owned_fd processes(::openat(group, "cgroup.procs", O_WRONLY | O_CLOEXEC));
  return processes && ::write(processes.value(), "0", 1) == 1;
}

/// \returns the step that failed, with errno; launch_step::program if none did.
launch_step apply(const process_settings& settings) {
  constexpr int class_shift = 13;
  if (settings.umask) ::umask(*settings.umask);
  if (settings.nice && ::setpriority(PRIO_PROCESS, 0, *settings.nice) != 0)
    return launch_step::nice;
  if (settings.io && ::syscall(SYS_ioprio_set, 1, 0,
                               settings.io->level_class << class_shift | settings.io->level) != 0)
    return launch_step::ionice;
  for (const resource_limit& each : settings.limits) {
    const rlimit both{each.value, each.value};
    if (::setrlimit(static_cast<__rlimit_resource>(each.resource), &both) != 0)
      return launch_step::limits;
  }
  return launch_step::program;
}

launch_step run(execution_block& block, const launch_streams& streams, const inherited_state& state,
                const std::vector<shield_address>* shields) {
  const process_settings nothing;
  const process_settings& wanted = block.settings() != nullptr ? *block.settings() : nothing;
  if (wanted.foreground)
    ::setpgid(0, 0);
  else
    ::setsid();
  if (streams.group >= 0 && !enter_group(streams.group)) return launch_step::group;
  if (block.directory() != nullptr && ::chdir(block.directory()) != 0)
    return launch_step::directory;
  move_descriptor(streams.in, STDIN_FILENO);
  if (streams.in == null_by_itself) move_descriptor(::open("/dev/null", O_RDONLY), STDIN_FILENO);
  move_descriptor(streams.out, STDOUT_FILENO);
  move_descriptor(streams.err, STDERR_FILENO);
  restore(state);
  const launch_step failed = apply(wanted);
  if (failed != launch_step::program) return failed;
  if (shields != nullptr) ask_for_shield(shields->data(), shields->size());
  if (wanted.foreground) {
    sigset_t blocked;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGTTOU);
    ::sigprocmask(SIG_BLOCK, &blocked, nullptr);
    if (::tcgetpgrp(STDIN_FILENO) == ::getpgid(::getppid())) ::tcsetpgrp(STDIN_FILENO, ::getpid());
  }
  ::sigprocmask(SIG_SETMASK, &state.mask, nullptr);
  const auto execute = [&](const char* path, const char** argv) {
    ::execve(path, const_cast<char* const*>(argv), const_cast<char* const*>(block.environment()));
  };
  execute(block.path(), block.argv());
  if (errno == ENOEXEC) {
    const char** const argv = block.argv() - 1;
    argv[0] = "/bin/sh";
    argv[1] = block.path();
    execute(argv[0], argv);
  }
  return launch_step::program;
}

}  // namespace

int launcher::start_by_fork(launch_ticket& ticket, launch_streams streams, launched& child) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno;
  const owned_fd hear(ends[0]);
  owned_fd say(ends[1]);
  child.pid = ::fork();
  if (child.pid < 0) return errno;
  if (child.pid == 0) {
    const launch_step step = run(*ticket.block(), streams, state_, shields_for(*ticket.block()));
    const failed_start said{errno, step};
    static_cast<void>(::write(say.value(), &said, sizeof said) < 0);
    ::_exit(127);
  }
  say = owned_fd();
  failed_start said{};
  ssize_t size;
  while ((size = ::read(hear.value(), &said, sizeof said)) < 0 && errno == EINTR) continue;
  ticket.failed_step_ = size > 0 ? said.step : launch_step::program;
  if (size > 0) {
    ::waitpid(child.pid, nullptr, 0);
    return said.error;
  }
  return few_ ? 0 : open_pidfd(child);
}

}  // namespace weir
