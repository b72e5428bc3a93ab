// Without clone3: posix_spawn(3), and a pidfd for what it started.
#include <cerrno>
#include <csignal>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/job_environment.hpp"
#include "process/launcher.hpp"

namespace weir {

namespace {

/// posix_spawn's attributes and file actions, destroyed together.
struct spawn_settings {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;

  spawn_settings() {
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_init(&actions);
  }
  spawn_settings(const spawn_settings&) = delete;
  spawn_settings& operator=(const spawn_settings&) = delete;
  ~spawn_settings() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }

  void redirect(int from, int to) {
    if (from >= 0) ::posix_spawn_file_actions_adddup2(&actions, from, to);
  }
};

/// posix_spawn has no attribute for resource limits: ours are lowered for the length of the call.
class lowered_open_files {
 public:
  explicit lowered_open_files(const inherited_state& state) : active_(state.restore_open_files) {
    if (!active_) return;
    ::getrlimit(RLIMIT_NOFILE, &before_);
    ::setrlimit(RLIMIT_NOFILE, &state.open_files);
  }
  lowered_open_files(const lowered_open_files&) = delete;
  lowered_open_files& operator=(const lowered_open_files&) = delete;
  ~lowered_open_files() {
    if (active_) ::setrlimit(RLIMIT_NOFILE, &before_);
  }

 private:
  bool active_;
  rlimit before_{};
};

/// posix_spawn does not report which of its steps failed.
bool may_enter(const char* directory) {
  if (directory == nullptr) return true;
  const owned_fd place(::open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!place) return errno == EMFILE || errno == ENFILE;
  return ::faccessat(place.value(), ".", X_OK, 0) == 0;
}

}  // namespace

int launcher::start_by_posix_spawn(launch_ticket& ticket, launch_streams streams, launched& child) {
  execution_block& block = *ticket.block();
  if (block.settings() != nullptr || shields_for(block) != nullptr || streams.group >= 0)
    return start_by_fork(ticket, streams, child);
  spawn_settings settings;
  sigset_t defaults;
  ::sigemptyset(&defaults);
  for (const int signal : state_.default_signals) ::sigaddset(&defaults, signal);
  ::posix_spawnattr_setsigdefault(&settings.attributes, &defaults);
  ::posix_spawnattr_setsigmask(&settings.attributes, &state_.mask);
  ::posix_spawnattr_setflags(&settings.attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (block.directory() != nullptr)
    ::posix_spawn_file_actions_addchdir_np(&settings.actions, block.directory());
  settings.redirect(streams.in, 0);
  if (streams.in == null_by_itself)
    ::posix_spawn_file_actions_addopen(&settings.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  settings.redirect(streams.out, 1);
  settings.redirect(streams.err, 2);

  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  std::vector<struct sigaction> before(state_.ignored_signals.size());
  // Not SIGCHLD: if it were ignored even for a moment, the kernel would reap a quick child unseen.
  for (std::size_t i = 0; i < before.size(); ++i)
    ::sigaction(state_.ignored_signals[i], state_.ignored_signals[i] == SIGCHLD ? nullptr : &ignore,
                &before[i]);
  int error;
  {
    const lowered_open_files lowered(state_);
    const auto spawn = [&](const char* path, const char** argv) {
      return ::posix_spawn(&child.pid, path, &settings.actions, &settings.attributes,
                           const_cast<char* const*>(argv),
                           const_cast<char* const*>(block.environment()));
    };
    const char** const argv = block.argv();
    error = spawn(block.path(), argv);
    if (error == ENOEXEC) {
      const char* const name = argv[0];
      argv[-1] = "/bin/sh";
      argv[0] = block.path();
      error = spawn("/bin/sh", argv - 1);
      argv[0] = name;
    }
  }
  for (std::size_t i = 0; i < before.size(); ++i)
    ::sigaction(state_.ignored_signals[i], &before[i], nullptr);
  const bool entered = error == 0 || may_enter(block.directory());
  ticket.failed_step_ = entered ? launch_step::program : launch_step::directory;
  if (error != 0) return error;
  return few_ ? 0 : open_pidfd(child);
}

int open_pidfd(launched& child) {
  child.pidfd = static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0));
  if (child.pidfd >= 0) return 0;
  const int error = errno;
  ::kill(child.pid, SIGKILL);
  ::waitpid(child.pid, nullptr, 0);
  return error;
}

}  // namespace weir
