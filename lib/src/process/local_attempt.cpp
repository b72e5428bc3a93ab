#include "process/local_attempt.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/local_executor.hpp"
#include "process/missing_interpreter.hpp"

namespace weir {

namespace {

int make_pipe(owned_fd& read_end, owned_fd& write_end) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno;
  // Both ends block: the job's must, and read_some() knows how to ask ours.
  read_end = owned_fd(ends[0]);
  write_end = owned_fd(ends[1]);
  return 0;
}

resource_usage to_usage(const rusage& used) {
  const auto micros = [](const timeval& t) {
    return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
  };
  return {micros(used.ru_utime), micros(used.ru_stime),
          static_cast<std::uint64_t>(used.ru_maxrss) * 1024};
}

/// waitid(2) as a wait status and, unlike the libc's, with resource usage.
/// \returns the status, or nothing while the process runs.
std::optional<int> wait_for(int pidfd, int options, rusage* used) {
  siginfo_t info{};
  long result;
  do {
    result = ::syscall(SYS_waitid, P_PIDFD, pidfd, &info, WEXITED | WNOHANG | options, used);
  } while (result < 0 && errno == EINTR);
  if (result < 0 || info.si_pid == 0) return std::nullopt;
  if (info.si_code == CLD_EXITED) return (info.si_status & 0xff) << 8;
  return info.si_status | (info.si_code == CLD_DUMPED ? 0x80 : 0);
}

}  // namespace

local_attempt::local_attempt(local_executor& owner, const attempt_request& request)
    : owner_(owner),
      request_(request),
      timeout_(request.timeout),
      ticket_(owner.launcher_, owner.free_block()),
      out_(*this, output_stream::out),
      err_(*this, output_stream::err),
      exit_(*this) {
  ticket_.block()->fill(owner_.environment_, request_.job, request_.attempt, request_.slot);
  result_.started = std::chrono::steady_clock::now();
  result_.started_at = std::chrono::system_clock::now();
  tree_.job = {request_.job.seq, request_.attempt};
  tree_.gone = [this] {
    leaves_some_ = false;
    kill_.cancel();
    unyielding_.cancel();
    const bool had_leader = !reaped_;
    reap();
    if (had_leader && !proc_is_ours()) {
      owner_.groups_.tell_blindness();
      return end_group(0);
    }
    maybe_over();
  };
  tree_.grace = grace();
  tree_.shields_gone = [this] { shields_gone(); };
  if (request_.sink != nullptr) request_.sink->resume = [this] { wake_stalled(); };
}

local_attempt::~local_attempt() {
  if (request_.sink != nullptr) request_.sink->resume = nullptr;
  if (!reaped_) {
    // Only when the loop is torn down under a running job: nothing may be left behind.
    ::kill(-child_.pid, SIGKILL);
    ::syscall(SYS_waitid, P_PID, child_.pid, nullptr, WEXITED, nullptr);
    owner_.sweeper_.forget(tree_);
    owner_.sweeper_.remove_leader(tree_, fate::ends);
  } else if (ending_left_) {
    owner_.sweeper_.forget(tree_);
    owner_.groups_.let_go(child_.pid);
  }
  if (tree_.shields > 0) owner_.shields_.forget_those_of(tree_);
  owner_.sweeper_.linger_no_more(tree_);
  std::erase(owner_.launching_, this);
  std::erase(owner_.unwatched_, this);
  if (ticket_.executing()) owner_.give_back(ticket_.take_block());
}

bool local_attempt::settle() {
  if (!ticket_.executing()) return false;
  ticket_.settle();
  // A failed exec is told with the program's name, or tried with another.
  if (ticket_.exec_error() == 0) owner_.give_back(ticket_.take_block());
  return true;
}

int local_attempt::start() {
  owner_.settle_launched();
  found_ = nullptr;
  owned_fd input;
  const std::string* fifo = nullptr;
  if (const int error = open_input(input, fifo); error != 0) {
    const auto* file = std::get_if<file_input>(&request_.job.settings->input);
    const bool shortage = error == EMFILE || error == ENFILE;
    if (!shortage)
      result_.how = spawn_failed{error, file != nullptr ? file->path : "text", "stdin"};
    return error;
  }
  execution_block& block = *ticket_.block();
  const auto& found = owner_.programs_.find(block.program());
  if (found.error != 0) return found.error;
  found_ = found.path;

  owned_fd read_out, write_out, read_err, write_err;
  if (request_.sink != nullptr) {
    if (const int error = make_pipe(read_out, write_out); error != 0) return error;
    if (const int error = make_pipe(read_err, write_err); error != 0) return error;
  }
  block.use(found_);
  if (fifo != nullptr) block.read_from(*fifo);
  const int in = input ? input.value() : owner_.launcher_.null_input();
  int error = launch({in, write_out.value(), write_err.value()});
  if (error != 0) return error;
  for (owned_fd* fd : {&input, &write_out, &write_err}) *fd = owned_fd();
  if (child_.pidfd < 0) error = open_pidfd(child_);
  if (error != 0) return error;
  begin_running();
  adopt(std::move(read_out), std::move(read_err));
  return 0;
}

/// As execvp(3) goes on to the next entry of PATH.
bool local_attempt::look_elsewhere(int error) {
  const bool not_there = error == ENOENT || error == EACCES || error == ENOTDIR;
  if (!not_there || !found_ || ending_ || ticket_.directory_failed()) return false;
  failed_.push_back(std::exchange(found_, nullptr));
  return owner_.programs_.find_other(ticket_.block()->program(), failed_).error == 0;
}

int local_attempt::launch(launch_streams streams) {
  child_ = {};
  exec_error_ = 0;
  tree_.since = ticks_now();
  return owner_.launcher_.start(ticket_, streams, child_);
}

void local_attempt::begin_running() {
  owner_.launching_.push_back(this);
  exit_.take(owned_fd(child_.pidfd));
  reaped_ = exited_ = ended_by_itself_ = false;
  over_.reset();
  ++owner_.running_;
  tree_.leader = child_.pid;
  tree_.leader_ended = false;
  owner_.sweeper_.add_leader(tree_);
}

void local_attempt::adopt(owned_fd read_out, owned_fd read_err) {
  exit_.start(owner_.poll_);
  if (read_out) {
    out_.take(std::move(read_out));
    err_.take(std::move(read_err));
    if (owner_.much_output_ || request_.sink->is_live())
      watch_output();
    else
      owner_.watch_later(*this);
  }
  if (timeout_ && !limit_.scheduled()) arm_timeout(*timeout_);
}

void local_attempt::watch_output() {
  for (channel* c : {&out_, &err_})
    if (c->is_open() && !c->stalled) c->start(owner_.poll_);
}

awaitable<> local_attempt::finished() {
  return over_.wait([this] { end(ending::terminate); });
}

void local_attempt::exit_watch::ready(poll_set::readiness) {
  attempt.check_exit();
  attempt.go_on_if_over();
}

void local_attempt::check_exit() {
  owner_.launcher_.child_exited();
  // While the tree is being ended the zombie stays, to pin its number, which is its group's.
  if (ending_) {
    if (is_zombie()) leader_ended();
    return;
  }
  rusage used{};
  const auto status = wait_for(child_.pidfd, 0, &used);
  if (!status) return;
  take_unwatched_output();
  exited_ = ended_by_itself_ = true;
  result_.how = decode_wait_status(*status);
  result_.usage = to_usage(used);
  reap();
  look_for_left();
}

bool local_attempt::is_zombie() const {
  return wait_for(child_.pidfd, WNOWAIT, nullptr).has_value();
}

void local_attempt::leader_ended() {
  exited_ = true;
  exit_.stop();  // a zombie stays readable
  owner_.sweeper_.leader_ended(tree_);
}

/// The main process has gone, or goes now.
void local_attempt::reap() {
  if (reaped_) return;
  reaped_ = true;
  if (ending_) {
    rusage used{};
    if (const auto status = wait_for(child_.pidfd, 0, &used)) {
      result_.how = decode_wait_status(*status);
      result_.usage = to_usage(used);
    }
  }
  exec_error_ = ticket_.exec_error();
  owner_.sweeper_.forget(tree_);
  owner_.sweeper_.remove_leader(tree_, fate_of_left());
  exit_.close();
  limit_.cancel();
  kill_.cancel();
  unyielding_.cancel();
  --owner_.running_;
  if (!out_.is_open() && !err_.is_open() && tree_.shields == 0) return;
  owner_.sweeper_.linger(tree_);
  wait_for_holders();
}

void local_attempt::arm_timeout(duration left) {
  owner_.timers_.schedule(limit_, left, [this] { time_out(); });
}

void local_attempt::limit_time(duration from_start) {
  timeout_ = from_start;
  if (reaped_) return;
  const duration run = std::chrono::steady_clock::now() - result_.started;
  arm_timeout(std::max(from_start - run, duration{}));
}

bool local_attempt::is_over() {
  if (!reaped_ || leaves_some_ || tree_.shields > 0 || out_.is_open() || err_.is_open())
    return false;
  holders_.cancel();
  result_.ended = std::chrono::steady_clock::now();
  return true;
}

/// The coroutine goes on at a later turn: callers may go on using this.
void local_attempt::maybe_over() {
  if (is_over()) over_.complete();
}

/// The last thing that a callback does: it may destroy this.
void local_attempt::go_on_if_over() {
  if (is_over()) over_.complete_now();
}

spawn_failed local_attempt::start_failure(int error) const {
  const program_lookup::query wanted = ticket_.block()->program();
  std::string program(wanted.program);
  if (error != ENOENT) return {error, program};
  std::string file = failed_.empty() ? program : *failed_.back();
  const bool is_path = file.find('/') != std::string::npos;
  if (!is_path) return {error, program};
  if (file.front() != '/' && !wanted.directory.empty())
    file.insert(0, std::string(wanted.directory) + '/');
  return what_is_missing(program, file);
}

void local_attempt::fail(int error) {
  const auto& job = request_.job;
  if (ticket_.directory_failed())
    result_.how = spawn_failed{error, job.settings->dir, "chdir"};
  else if (!std::holds_alternative<spawn_failed>(result_.how))
    result_.how = start_failure(error);
  result_.ended = std::chrono::steady_clock::now();
}

void local_attempt::refuse() {
  result_.how = spawn_failed{EINVAL, request_.job.refused, "refused"};
  result_.ended = std::chrono::steady_clock::now();
}

attempt_result local_attempt::result() {
  if (exec_error_ != 0) fail(exec_error_);
  if (timed_out_)
    result_.how = weir::timed_out{*timeout_};
  else if (ending_ && (!ended_by_itself_ || tree_.shield_was_ended))
    result_.how = cancelled{exited_};
  return std::move(result_);
}

}  // namespace weir
