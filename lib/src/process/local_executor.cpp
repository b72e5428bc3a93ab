#include "process/local_executor.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "process/local_attempt.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

constexpr int busy_attempts = 5;
constexpr auto busy_pause = 10ms;
constexpr auto first_backoff = 10ms;
constexpr auto longest_backoff = 1s;
/// A run in which nothing can start says so after that.
constexpr auto silent_wait = 1s;
/// How long a process runs before output is watched that is not live. What has ended by then spares
/// four system calls, and the kernel waking us twice: 2 to 10 % of a program that only exits. What
/// writes more than a pipe holds has to wait, once in a run.
constexpr auto unwatched_time = 10ms;

/// The machine has no room now, but may have when other processes have ended.
bool is_shortage(int error) {
  return error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE;
}

bool is_of_descriptors(int error) {
  return error == EMFILE || error == ENFILE;
}

std::string fewer_text(int error) {
  return fmt::format("no more {}: running fewer jobs at once",
                     is_of_descriptors(error) ? "file descriptors" : "processes or memory");
}

std::string waiting_text(int error, duration longest) {
  return fmt::format(
      "no job can start: waiting up to {} for {}", format_duration(longest),
      is_of_descriptors(error) ? "a free file descriptor" : "room for another process");
}

/// Of jobs that ended by themselves; whatever a job may not leave is looked for when it ends.
fate unrecorded_fate(leftover_rule common) {
  return common == leftover_rule::leave ? fate::left : fate::ends;
}

}  // namespace

local_executor::local_executor(loop_executor loop, timer_queue& timers,
                               local_executor_settings settings)
    : poll_(poll_set::of(loop)),
      timers_(timers),
      settings_(std::move(settings)),
      launcher_(settings_.state, settings_.method),
      owners_(::getpid(), ::getsid(0), unrecorded_fate(settings_.leftovers)),
      orphans_(timers, owners_, settings_.subreaper, settings_.board),
      sweeper_(timers, owners_, orphans_, settings_.board),
      groups_(timers, owners_, settings_.subreaper, settings_.board),
      leftover_ending_(timers, orphans_, groups_),
      shields_(poll_, timers, sweeper_),
      environment_(settings_.environment != nullptr ? settings_.environment : ::environ,
                   settings_.known_as, settings_.shields ? shields_.listen() : std::string()),
      programs_(std::string(environment_.value("PATH").value_or(default_path))),
      buffer_(new char[buffer_bytes]) {
  if (launcher_.null_input() == -1) throw io_error(errno, "/dev/null");
  run_mark mark{std::to_string(settings_.known_as), settings_.shields ? shields_.name() : ""};
  if (settings_.board != nullptr)
    settings_.board->describe(mark, unrecorded_fate(settings_.leftovers));
  orphans_.know(std::move(mark));
}

local_executor::~local_executor() = default;

std::vector<process_entry> local_executor::survivors() const {
  std::vector<process_entry> all = sweeper_.survivors();
  const auto& more = leftover_ending_.survivors();
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

void local_executor::end_leftovers(bool unknown_too, duration grace, std::function<void()> done) {
  leftover_ending_.begin(sweeper_.survivors(), unknown_too, grace, std::move(done));
}

std::vector<process_left> local_executor::leftovers() {
  std::vector<process_left> all;
  for (const orphan& each : orphans_.all())
    all.push_back({each.of.job.seq, each.process.pid, read_command(each.process.pid)});
  if (proc_is_ours()) return all;
  for (const orphan& each : groups_.left())
    all.push_back({each.of.job.seq, each.process.group,
                   fmt::format("[process group {}]", each.process.group)});
  groups_.tell_what_is_unseen();
  return all;
}

void local_executor::end_shields(ending how) {
  if (how == ending::kill)
    shields_.kill_all();
  else
    shields_.end_all();
}

awaitable<attempt_result> local_executor::run(attempt_request request, running_attempt*& handle) {
  local_attempt attempt(*this, request);
  if (!request.job.refused.empty()) {
    attempt.refuse();
    co_return attempt.result();
  }
  handle = &attempt;
  int busy = 0;
  for (;;) {
    const int error = attempt.start();
    if (error == 0) {
      waited_ = {};
      co_await attempt.finished();
      room_again();
      if (attempt.look_elsewhere(attempt.exec_error())) continue;
      if (!attempt.text_was_busy() || ++busy >= busy_attempts) break;
      co_await timers_.sleep(busy_pause);
      if (attempt.end_asked()) break;
    } else if (is_shortage(error)) {
      if (make_room(error)) continue;
      tell_shortage(error);
      const bool go_on = co_await wait_for_room(attempt);
      if (go_on) continue;
      if (!attempt.end_asked()) attempt.fail(error);
      break;
    } else if (!attempt.look_elsewhere(error)) {
      attempt.fail(error);
      break;
    }
  }
  handle = nullptr;
  co_return attempt.result();
}

/// What is of use, but no job needs, goes before nothing can start at all.
bool local_executor::make_room(int error) {
  if (!is_of_descriptors(error) || running_ > 0 || !shields_.is_listening()) return false;
  shields_.close();
  if (on_shortage) on_shortage("no more file descriptors: weir-shield shields nothing in this run");
  return true;
}

/// Each of the two once: that fewer run, and, when nothing could start for a while, for what.
void local_executor::tell_shortage(int error) {
  const bool waits = running_ == 0;
  if (waits && waited_ < std::min<duration>(silent_wait, settings_.longest_shortage)) return;
  bool& told = waits ? waiting_told_ : shortage_told_;
  if (!std::exchange(told, true) && on_shortage)
    on_shortage(waits ? waiting_text(error, settings_.longest_shortage) : fewer_text(error));
}

/// Of many that wait, one counts the time: all of them wait for the same.
awaitable<bool> local_executor::wait_for_room(local_attempt& attempt) {
  if (attempt.end_asked()) co_return false;
  const bool others_run = running_ > 0;
  if (!others_run && waited_ >= settings_.longest_shortage) co_return false;
  const bool counts = !others_run && !std::exchange(waiting_counted_, true);
  timer_queue::timer pause;
  const duration backoff = std::clamp<duration>(waited_, first_backoff, longest_backoff);
  attempt.room().reset();
  // Also when others run: what is missing may be held by somebody else than our jobs.
  timers_.schedule(pause, others_run ? longest_backoff : backoff,
                   [&attempt] { attempt.room().complete(); });
  waiting_for_room_.push_back(&attempt);
  co_await attempt.room().wait([&attempt] { attempt.end(ending::terminate); });
  std::erase(waiting_for_room_, &attempt);
  if (counts) {
    waiting_counted_ = false;
    waited_ += backoff;
  }
  co_return !attempt.end_asked();
}

void local_executor::watch_later(local_attempt& attempt) {
  unwatched_.push_back(&attempt);
  if (!watch_.scheduled()) timers_.schedule(watch_, unwatched_time, [this] { watch_unwatched(); });
}

void local_executor::watch_unwatched() {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(unwatched_, [&](local_attempt* attempt) {
    const bool due = now - attempt->started() >= unwatched_time;
    if (due) attempt->watch_output();
    return due;
  });
  if (!unwatched_.empty()) timers_.schedule(watch_, unwatched_time, [this] { watch_unwatched(); });
}

std::unique_ptr<execution_block> local_executor::free_block() {
  if (free_blocks_.empty()) return std::make_unique<execution_block>();
  auto block = std::move(free_blocks_.back());
  free_blocks_.pop_back();
  return block;
}

/// \param block may be null: it was given back before.
void local_executor::give_back(std::unique_ptr<execution_block> block) {
  if (block) free_blocks_.push_back(std::move(block));
}

void local_executor::settle_launched() {
  std::erase_if(launching_, [](local_attempt* attempt) { return attempt->settle(); });
}

void local_executor::room_again() {
  if (waiting_for_room_.empty()) return;
  local_attempt* const first = waiting_for_room_.front();
  waiting_for_room_.erase(waiting_for_room_.begin());
  first->room().complete();
}

}  // namespace weir
