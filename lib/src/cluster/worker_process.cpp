#include "cluster/worker_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <weir/error.hpp>
#include <weir/outcome.hpp>

#include "cluster/pilot_executor.hpp"

namespace weir {

namespace {

constexpr std::size_t longest_line = 1000;

struct pipe_ends {
  owned_fd read;
  owned_fd write;
};

pipe_ends make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw io_error(errno, "pipe");
  return {owned_fd(ends[0]), owned_fd(ends[1])};
}

/// While this exists, a child gets the limit of descriptors that weir was started with.
class former_limit {
 public:
  explicit former_limit(const inherited_state& state) : changes_(state.restore_open_files) {
    if (!changes_) return;
    ::getrlimit(RLIMIT_NOFILE, &now_);
    ::setrlimit(RLIMIT_NOFILE, &state.open_files);
  }
  former_limit(const former_limit&) = delete;
  former_limit& operator=(const former_limit&) = delete;
  ~former_limit() {
    if (changes_) ::setrlimit(RLIMIT_NOFILE, &now_);
  }

 private:
  bool changes_;
  rlimit now_{};
};

/// Arguments of posix_spawn(3), released when destroyed.
struct spawn_plan {
  spawn_plan() {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
  }
  spawn_plan(const spawn_plan&) = delete;
  spawn_plan& operator=(const spawn_plan&) = delete;
  ~spawn_plan() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
};

}  // namespace

std::unique_ptr<worker_process> spawn_worker(const loop_executor& loop, const worker_launch& how,
                                             const inherited_state& state) {
  return std::make_unique<spawned_worker>(loop, how.argv, state);
}

spawned_worker::spawned_worker(const loop_executor& loop, const std::vector<std::string>& argv,
                               const inherited_state& state)
    : exit_(*this), lines_(*this) {
  pipe_ends in = make_pipe();
  pipe_ends out = make_pipe();
  pipe_ends err = make_pipe();
  spawn(argv, state, in.read.value(), out.write.value(), err.write.value());
  stdin_ = std::move(in.write);
  stdout_ = std::move(out.read);
  const auto pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  if (pidfd < 0) throw io_error(errno, "pidfd_open");
  ::fcntl(pidfd, F_SETFD, FD_CLOEXEC);
  exit_.take(owned_fd(pidfd));
  exit_.start(poll_set::of(loop));
  lines_.take(std::move(err.read));
  lines_.start(poll_set::of(loop));
}

void spawned_worker::spawn(const std::vector<std::string>& argv, const inherited_state& state,
                           int in, int out, int err) {
  spawn_plan plan;
  ::posix_spawn_file_actions_adddup2(&plan.files, in, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&plan.files, out, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&plan.files, err, STDERR_FILENO);
  sigset_t defaults;
  ::sigemptyset(&defaults);
  for (const int signal : state.default_signals) ::sigaddset(&defaults, signal);
  ::posix_spawnattr_setsigdefault(&plan.attributes, &defaults);
  ::posix_spawnattr_setsigmask(&plan.attributes, &state.mask);
  ::posix_spawnattr_setpgroup(&plan.attributes, 0);
  ::posix_spawnattr_setflags(
      &plan.attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const former_limit limit(state);
  const int error =
      ::posix_spawnp(&pid_, words.front(), &plan.files, &plan.attributes, words.data(), ::environ);
  if (error != 0) throw io_error(error, argv.front());
}

spawned_worker::~spawned_worker() {
  if (status_) return;
  ::kill(-pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void spawned_worker::close() {
  stdin_ = owned_fd();
  stdout_ = owned_fd();
}

void spawned_worker::signal(int signal) {
  if (!status_) ::kill(-pid_, signal);
}

/// The number belongs to the group as long as it has a member.
void spawned_worker::kill_group() {
  ::kill(-pid_, SIGKILL);
}

std::string spawned_worker::how_it_ended() const {
  return status_ ? describe(decode_wait_status(*status_)) : std::string();
}

void spawned_worker::reap() {
  int status = 0;
  const pid_t got = ::waitpid(pid_, &status, WNOHANG);
  if (got == 0 || (got < 0 && errno == EINTR)) return;
  exit_.close();
  status_ = got == pid_ ? status : 0;
  if (lines_.is_open()) read_lines();
  if (ended) ended();
}

void spawned_worker::read_lines() {
  std::array<char, 4096> buffer;
  const iovec part{buffer.data(), buffer.size()};
  const ssize_t got = ::preadv2(lines_.fd(), &part, 1, -1, RWF_NOWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0)
    lines_.close();
  else
    text_.append(buffer.data(), static_cast<std::size_t>(got));
  tell_lines(got <= 0);
}

/// A line that is too long is cut.
void spawned_worker::tell_lines(bool at_end) {
  for (;;) {
    const auto end = text_.find('\n');
    const bool whole = end != std::string::npos;
    if (!whole && !(at_end && !text_.empty()) && text_.size() <= longest_line) return;
    std::string line = text_.substr(0, std::min(end, longest_line));
    text_.erase(0, whole ? end + 1 : text_.size());
    while (line.ends_with('\r')) line.pop_back();
    if (!line.empty() && said) said(line);
  }
}

}  // namespace weir
