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
/// After this, a run in which nothing can start says so.
constexpr auto silent_wait = 1s;
/// The machine has no room now, but may have once other processes have ended.
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

}  // namespace

local_executor::local_executor(loop_executor loop, timer_queue& timers,
                               local_executor_settings settings)
    : site_(loop, timers, std::move(settings)),
      gpus_(site_.settings.gpus),
      leftover_ending_(timers, site_.orphans, site_.groups, site_.control_groups) {}

local_executor::~local_executor() = default;

awaitable<leftovers> local_executor::end_leftovers(bool unknown_too, duration grace) {
  completion over;
  leftover_ending_.begin(site_.sweeper.survivors(), unknown_too, grace,
                         [&over] { over.complete(); });
  co_await over.wait();
  leftovers all{living_leftovers(), {}};
  std::vector<process_entry> stuck = site_.sweeper.survivors();
  const auto& more = leftover_ending_.survivors();
  stuck.insert(stuck.end(), more.begin(), more.end());
  for (std::size_t i = site_.stuck_told(); i < stuck.size(); ++i)
    all.stuck.push_back({0, stuck[i].pid, stuck[i].state});
  co_return all;
}

std::vector<process_left> local_executor::living_leftovers() {
  std::vector<process_left> all;
  for (const orphan& each : site_.orphans.all())
    all.push_back({each.of.job.seq, each.process.pid, read_command(each.process.pid)});
  if (proc_is_ours()) return all;
  for (const orphan& each : site_.groups.left())
    all.push_back({each.of.job.seq, each.process.group,
                   fmt::format("[process group {}]", each.process.group)});
  site_.groups.tell_what_is_unseen();
  return all;
}

awaitable<attempt_result> local_executor::run(attempt_request request, running_attempt*& handle) {
  std::string refused = request.job.refused;
  const unsigned wanted = request.gpus.empty() ? request.job.settings->claims.gpus : 0;
  std::string lent;
  if (wanted > 0 && refused.empty()) {
    request.gpus = lent = gpus_.take(wanted);
    if (lent.empty()) refused = fmt::format("it needs {} GPUs, of {}", wanted, gpus_.size());
  }
  local_attempt attempt(site_, request);
  if (!refused.empty()) {
    attempt.fail({EINVAL, std::move(refused), "refused"});
    co_return attempt.result();
  }
  handle = &attempt;
  int busy = 0;
  bool wants_room = false;
  for (;;) {
    const auto failed = attempt.start();
    if (!failed) {
      has_started_ = true;
      want_room(wants_room, false);
      waited_ = {};
      co_await attempt.wait();
      room_again();
      if (attempt.is_elsewhere()) continue;
      if (!attempt.text_was_busy() || ++busy >= busy_attempts) break;
      attempt.start_again();
      co_await site_.timers.sleep(busy_pause);
      if (attempt.end_asked()) break;
    } else if (is_shortage(failed->error)) {
      if (make_room(failed->error)) continue;
      if (is_for_good(failed->error)) {
        attempt.fail(*failed);
        break;
      }
      tell_shortage(failed->error);
      want_room(wants_room, true);
      const bool go_on = co_await wait_for_room(attempt);
      if (go_on) continue;
      if (!attempt.end_asked()) attempt.fail(*failed);
      break;
    } else {
      attempt.fail(*failed);
      break;
    }
  }
  want_room(wants_room, false);
  handle = nullptr;
  gpus_.give_back(lent);
  co_return attempt.result();
}

/// What is useful but not needed by any job is dropped before nothing can start at all.
bool local_executor::make_room(int error) {
  if (!is_of_descriptors(error) || site_.running() > 0 || !site_.shields.is_listening())
    return false;
  site_.shields.close();
  site_.tell(
      warning{"no more file descriptors: weir-shield has no effect in the rest of this run"});
  return true;
}

/// The limit of this process leaves no room for one job, and nothing of ours will give any back.
bool local_executor::is_for_good(int error) const {
  return error == EMFILE && !has_started_ && site_.running() == 0;
}

/// Reports each of the two once: that fewer jobs run, and, if nothing could start for a while, what
/// is being waited for.
void local_executor::tell_shortage(int error) {
  const bool waits = site_.running() == 0;
  if (waits && waited_ < std::min<duration>(silent_wait, site_.settings.longest_shortage)) return;
  bool& told = waits ? waiting_told_ : shortage_told_;
  if (!std::exchange(told, true))
    site_.tell(
        warning{waits ? waiting_text(error, site_.settings.longest_shortage) : fewer_text(error)});
}

/// If several wait, one counts the time: all of them wait for the same.
awaitable<bool> local_executor::wait_for_room(local_attempt& attempt) {
  if (attempt.end_asked()) co_return false;
  const bool others_run = site_.running() > 0;
  if (!others_run && waited_ >= site_.settings.longest_shortage) co_return false;
  const bool counts = !others_run && !std::exchange(waiting_counted_, true);
  timer_queue::timer pause;
  const duration backoff = std::clamp<duration>(waited_, first_backoff, longest_backoff);
  attempt.no_room();
  // Even if others run: what is missing may be held by something other than our jobs.
  site_.timers.schedule(pause, others_run ? longest_backoff : backoff,
                        [&attempt] { attempt.room_again(); });
  waiting_for_room_.push_back(&attempt);
  co_await attempt.wait();
  std::erase(waiting_for_room_, &attempt);
  if (counts) {
    waiting_counted_ = false;
    waited_ += backoff;
  }
  co_return !attempt.end_asked();
}

void local_executor::room_again() {
  if (waiting_for_room_.empty()) return;
  local_attempt* const first = waiting_for_room_.front();
  waiting_for_room_.erase(waiting_for_room_.begin());
  first->room_again();
}

/// Lasts from an attempt's first failure to start until it starts, or never will.
void local_executor::want_room(bool& wants, bool now) {
  if (std::exchange(wants, now) == now) return;
  if (now ? wanting_room_++ == 0 : --wanting_room_ == 0) site_.tell(room_missing{now});
}

void local_executor::resize(terminal_cells screen) {
  site_.screen = screen;
  for (local_attempt* attempt : site_.with_terminal) attempt->resize();
}

}  // namespace weir
