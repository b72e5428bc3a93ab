#include "process/local_site.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <weir/error.hpp>

#include "process/local_attempt.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

/// How long a process runs before its output is watched, unless it is live. A process that has
/// ended by then saves four system calls, and the kernel waking us twice: 2 to 10 % of a program
/// that only exits. One that writes more than a pipe holds has to wait, once per run.
constexpr auto unwatched_time = 10ms;

/// For jobs that ended by themselves; what a job may not leave is looked for when it ends.
fate unrecorded_fate(leftover_rule common) {
  return common == leftover_rule::leave ? fate::left : fate::ends;
}

}  // namespace

local_site::local_site(loop_executor loop, timer_queue& queue, local_executor_settings wanted)
    : settings(std::move(wanted)),
      poll(poll_set::of(loop)),
      timers(queue),
      launcher(settings.state, settings.method),
      owners(::getpid(), ::getsid(0), unrecorded_fate(settings.leftovers)),
      orphans(timers, owners, settings.subreaper, settings.board),
      sweeper(timers, owners, orphans, settings.board),
      groups(timers, owners, settings.subreaper, settings.board),
      shields(poll, timers, sweeper),
      control_groups(settings.control_groups, settings.known_as, settings.leftovers,
                     settings.board),
      environment(settings.environment != nullptr ? settings.environment : ::environ,
                  settings.known_as, settings.shields ? shields.listen() : std::string(),
                  settings.slot_variable),
      programs(std::string(environment.value("PATH").value_or(default_path))),
      buffer(new char[buffer_bytes]) {
  if (settings.shields) launcher.ask_around(shield_addresses(shields_around()));
  if (launcher.null_input() == -1) throw io_error(errno, "/dev/null");
  control_groups.require();
  screen = settings.screen;
  run_mark mark{std::to_string(settings.known_as), settings.shields ? shields.name() : ""};
  if (settings.board != nullptr)
    settings.board->describe(mark, unrecorded_fate(settings.leftovers));
  orphans.know(std::move(mark));
}

/// WEIR_SHIELD as it was when weir was started.
std::string_view local_site::shields_around() const {
  std::string_view names = environment.value("WEIR_SHIELD").value_or("");
  if (!shields.name().empty())
    names.remove_prefix(std::min(names.size(), shields.name().size() + 1));
  return names;
}

void local_site::report_to(inbox& to) {
  inbox_ = &to;
  const auto tell_all = [&to](const std::string& text) { to.take(warning{text}); };
  groups.on_blindness = tell_all;
  control_groups.tell_to(tell_all);
}

void local_site::tell_stuck(const job_spec& job, std::span<const process_entry> living) {
  stuck_told_ += living.size();
  for (const process_entry& each : living) tell(process_stuck{job.seq, each.pid, each.state});
}

local_site::~local_site() = default;

void local_site::started(local_attempt& attempt, process_tree& tree) {
  launching_.push_back(&attempt);
  ++running_;
  sweeper.add_leader(tree);
  orphans.leader_started();
}

void local_site::reaped(process_tree& tree, fate then) {
  --running_;
  sweeper.forget(tree);
  sweeper.remove_leader(tree, then);
  orphans.leader_ended();
}

void local_site::settle_launched() {
  std::erase_if(launching_, [](local_attempt* attempt) { return attempt->settle(); });
}

void local_site::watch_later(local_attempt& attempt) {
  unwatched_.push_back(&attempt);
  if (!watch_.scheduled()) timers.schedule(watch_, unwatched_time, [this] { watch_unwatched(); });
}

void local_site::watch_unwatched() {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(unwatched_, [&](local_attempt* attempt) {
    const bool due = now - attempt->started() >= unwatched_time;
    if (due) attempt->watch_output();
    return due;
  });
  if (!unwatched_.empty()) timers.schedule(watch_, unwatched_time, [this] { watch_unwatched(); });
}

void local_site::forget(local_attempt& attempt) {
  std::erase(launching_, &attempt);
  std::erase(unwatched_, &attempt);
  std::erase(with_terminal, &attempt);
}

std::unique_ptr<execution_block> local_site::free_block() {
  if (free_blocks_.empty()) return std::make_unique<execution_block>();
  auto block = std::move(free_blocks_.back());
  free_blocks_.pop_back();
  return block;
}

void local_site::give_back(std::unique_ptr<execution_block> block) {
  if (block) free_blocks_.push_back(std::move(block));
}

}  // namespace weir
