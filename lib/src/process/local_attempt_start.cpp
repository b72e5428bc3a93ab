// How an attempt is started: its program, its input, and why it was not started.
#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/local_attempt.hpp"
#include "process/missing_interpreter.hpp"
#include "text/utf8.hpp"
#include "values/known_limits.hpp"

namespace weir {

namespace {

/// The limit that nobody without privileges may set: more than weir's own bound.
std::string refused_limit(const process_settings& settings) {
  for (const resource_limit& each : settings.limits) {
    rlimit own{};
    const auto known = std::ranges::find(known_limits, each.resource, &known_limit::resource);
    if (known == known_limits.end() ||
        ::getrlimit(static_cast<__rlimit_resource>(each.resource), &own) != 0 ||
        each.value <= own.rlim_max)
      continue;
    return "limits." + std::string(known->name);
  }
  return "limits";
}

int make_pipe(owned_fd& read_end, owned_fd& write_end) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno;
  // Both ends block: the job's must, and read_some() copes with that on ours.
  read_end = owned_fd(ends[0]);
  write_end = owned_fd(ends[1]);
  return 0;
}

}  // namespace

std::optional<spawn_failed> local_attempt::start() {
  machine_.start_again();
  site_.settle_launched();
  found_ = nullptr;
  owned_fd input;
  const std::string* fifo = nullptr;
  if (auto failed = open_input(input, fifo)) {
    const bool shortage = failed->error == EMFILE || failed->error == ENFILE;
    return shortage ? failure(failed->error) : failed;
  }
  execution_block& block = *ticket_.block();
  const auto& found = site_.programs.find(block.program());
  if (found.error != 0) return failure(found.error);
  found_ = found.path;

  outlets opened;
  if (const int error = open_outlets(opened); error != 0) return failure(error);
  block.use(found_);
  if (fifo != nullptr) block.read_from(*fifo);
  const auto& process = request_.job.settings->process;
  if (process && process->foreground) foreground_ = std::make_unique<foreground>();
  const bool inherits = std::holds_alternative<inherited_input>(request_.job.settings->input);
  const int in = input ? input.value() : inherits ? -1 : site_.launcher.null_input();
  const int err = opened.terminal ? opened.out.value() : opened.err.value();
  if (auto failed = make_group()) return failed;
  int error =
      launch({.in = in, .out = opened.out.value(), .err = err, .terminal = opened.terminal});
  if (error != 0) return look_elsewhere(error) ? start() : failure(error);
  for (owned_fd* fd : {&input, &opened.out, &opened.err}) *fd = owned_fd();
  if (child_.pidfd < 0) error = open_pidfd(child_);
  if (error != 0) return failure(error);
  begin_running();
  input_.watch();
  adopt(std::move(opened));
  return std::nullopt;
}

/// \param fifo is set instead of `input` if opening it would block until somebody writes.
std::optional<spawn_failed> local_attempt::open_input(owned_fd& input, const std::string*& fifo) {
  const job_settings& settings = *request_.job.settings;
  if (const auto* file = std::get_if<file_input>(&settings.input)) {
    const bool relative = !settings.dir.empty() && file->path.substr(0, 1) != "/";
    const std::string path = relative ? settings.dir + '/' + file->path : file->path;
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return spawn_failed{errno, file->path, "stdin"};
    if (S_ISFIFO(status.st_mode))
      fifo = &file->path;
    else
      input = owned_fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!input && fifo == nullptr) return spawn_failed{errno, file->path, "stdin"};
  } else if (const auto* text = std::get_if<text_input>(&settings.input)) {
    input = owned_fd(::memfd_create("weir-stdin", MFD_CLOEXEC));
    if (!input) return spawn_failed{errno, "text", "stdin"};
    const ssize_t size = ::pwrite(input.value(), text->text.data(), text->text.size(), 0);
    if (size != static_cast<ssize_t>(text->text.size()))
      return spawn_failed{ENOSPC, "text", "stdin"};
  } else if (const auto* block = std::get_if<block_input>(&settings.input)) {
    const std::string what = block->file.empty() ? "block" : block->file;
    if (const int error = input_.open(*block, input); error != 0)
      return spawn_failed{error, what, "stdin"};
  } else if (const auto* share = std::get_if<stream_input>(&settings.input)) {
    if (const int error = input_.open(*share, input); error != 0)
      return spawn_failed{error, "block", "stdin"};
  }
  return std::nullopt;
}

int local_attempt::open_outlets(outlets& opened) const {
  if (request_.sink == nullptr) return 0;
  if (wants_terminal()) {
    job_terminal both;
    if (const int error = open_job_terminal(cells(), both); error != 0) return error;
    opened.terminal = true;
    opened.out = std::move(both.jobs);
    opened.read_out = std::move(both.ours);
    return 0;
  }
  const int error = make_pipe(opened.read_out, opened.out);
  return error != 0 ? error : make_pipe(opened.read_err, opened.err);
}

bool local_attempt::wants_terminal() const {
  const auto& process = request_.job.settings->process;
  return process && process->terminal;
}

terminal_cells local_attempt::cells() const {
  return beside_tag(site_.screen, count_code_points(request_.job.tag));
}

void local_attempt::resize() {
  if (output_.terminal() < 0) return;
  resize_terminal(output_.terminal(), cells());
  // The kernel notifies those whose controlling terminal it is: here, nobody.
  if (machine_.has_process() && !tree_.leader_ended()) ::kill(-child_.pid, SIGWINCH);
}

/// Once, for all starts. Where there is room for no more, a later start tries again.
std::optional<spawn_failed> local_attempt::make_group() {
  if (group_ || !site_.control_groups.wants(*request_.job.settings)) return std::nullopt;
  std::string why;
  group_ = site_.control_groups.make(tree_.job(), *request_.job.settings, why);
  tree_.born_in(group_.get());
  if (!why.empty()) return spawn_failed{EINVAL, why, "refused"};
  return std::nullopt;
}

int local_attempt::launch(launch_streams streams) {
  owned_fd group;
  if (group_) {
    group = group_->open();
    if (!group) return errno;
    streams.group = group.value();
  }
  child_ = {};
  exec_error_ = 0;
  tree_.starting(ticks_now());
  site_.sweeper.starting(tree_);
  return site_.launcher.start(ticket_, streams, child_);
}

void local_attempt::begin_running() {
  exit_.take(owned_fd(child_.pidfd));
  machine_.started(timeout_ ? std::optional(site_.timers.now() + *timeout_) : std::nullopt);
  arm();
  wake_.reset();
  tree_.started(child_.pid);
  site_.started(*this, tree_);
  if (!foreground_) return;
  look_whether_stopped();
  stop_in_background();
}

void local_attempt::adopt(outlets ours) {
  exit_.start(site_.poll);
  if (!ours.read_out) return;
  if (ours.terminal)
    take_terminal(std::move(ours.read_out));
  else
    output_.take(std::move(ours.read_out), std::move(ours.read_err));
  if (site_.much_output || request_.sink->is_live())
    watch_output();
  else
    site_.watch_later(*this);
}

void local_attempt::take_terminal(owned_fd ours) {
  output_.take_terminal(std::move(ours));
  if (std::ranges::count(site_.with_terminal, this) == 0) site_.with_terminal.push_back(this);
}

bool local_attempt::settle() {
  if (!ticket_.executing()) return false;
  ticket_.settle();
  // If exec failed, the program's name is needed for the report, or another one is tried.
  if (ticket_.exec_error() == 0) site_.give_back(ticket_.take_block());
  return true;
}

void local_attempt::no_room() {
  machine_.no_room();
  wake_.reset();
}

void local_attempt::room_again() {
  if (machine_.state() == attempt_state::no_room) wake_.complete();
}

/// The program cannot be executed where it was found. execvp(3) would go on to the next entry of
/// PATH: \returns whether there is another.
bool local_attempt::look_elsewhere(int error) {
  const bool not_there = error == ENOENT || error == EACCES || error == ENOTDIR;
  if (!not_there || !found_ || end_asked() || ticket_.failed_step() != launch_step::program)
    return false;
  failed_.push_back(std::exchange(found_, nullptr));
  return site_.programs.find_other(ticket_.block()->program(), failed_).error == 0;
}

bool local_attempt::text_was_busy() const noexcept {
  return exec_error_ == ETXTBSY && !end_asked();
}

void local_attempt::fail(spawn_failed why) {
  machine_.never_ran();
  result_.how = std::move(why);
  result_.ended = std::chrono::steady_clock::now();
}

spawn_failed local_attempt::failure(int error) const {
  switch (ticket_.failed_step()) {
    case launch_step::program:
      break;
    case launch_step::directory:
      return {error, request_.job.settings->dir, "chdir"};
    case launch_step::group:
      return {error, "cgroup", "enter"};
    case launch_step::limits:
      return {error, refused_limit(*request_.job.settings->process), "set"};
    case launch_step::nice:
      return {error, "nice", "set"};
    case launch_step::ionice:
      return {error, "ionice", "set"};
  }
  return program_failure(error);
}

spawn_failed local_attempt::program_failure(int error) const {
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

}  // namespace weir
