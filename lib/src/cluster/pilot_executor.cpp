#include "cluster/pilot_executor.hpp"

#include <algorithm>
#include <cerrno>
#include <functional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include <weir/process_settings.hpp>

#include "cluster/pilot_attempt.hpp"
#include "cluster/pilot_worker.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

std::string lost_too_often(unsigned losses, const std::string& last) {
  if (losses == 1) return "lost with its worker " + last;
  return fmt::format("lost with its worker {} times, the last time with {}", losses, last);
}

/// Why the job cannot run elsewhere; empty if it can.
std::string hindrance(const job_spec& job) {
  if (!job.refused.empty()) return job.refused;
  const job_input& input = job.settings->input;
  if (std::holds_alternative<inherited_input>(input))
    return "a job on another machine cannot read weir's own standard input";
  const auto& process = job.settings->process;
  if (process && process->foreground) return "a job on another machine cannot have the terminal";
  if (job.settings->output == output_mode::raw)
    return "a job on another machine cannot have raw output: weir's stdout is on this machine";
  if (std::holds_alternative<stream_input>(input))
    return "a job on another machine cannot share a stream";
  const auto* text = std::get_if<text_input>(&input);
  constexpr std::size_t for_the_rest = 1U << 20;
  const auto* block = std::get_if<block_input>(&input);
  const std::size_t size = job.argv.bytes().size() + (text == nullptr ? 0 : text->text.size()) +
                           (block == nullptr ? 0 : block->bytes.size());
  return size + for_the_rest > most_run_body ? "too large to be sent" : std::string();
}

}  // namespace

pilot_executor::pilot_executor(loop_executor loop, timer_queue& timers, pilot_settings settings)
    : loop_(loop), timers_(timers), settings_(std::move(settings)), limit_(settings_.limit) {
  for (const worker_launch& each : settings_.workers)
    workers_.push_back(std::make_unique<pilot_worker>(*this, each));
}

pilot_executor::~pilot_executor() = default;

void pilot_executor::report_to(inbox& to) {
  inbox_ = &to;
  for (const auto& each : workers_) each->start();
  look_at_time();
}

void pilot_executor::tell(const notice& what) {
  if (inbox_ != nullptr) inbox_->take(what);
}

void pilot_executor::warn(const pilot_worker& about, const std::string& text) {
  tell(warning{about.name() + ": " + escape_and_clip(text, 500)});
}

void pilot_executor::look_at_time() {
  const auto now = timers_.time().now();
  for (const auto& each : workers_) each->look_at_time(now);
  timers_.schedule(watch_, settings_.beat / 2, [this] { look_at_time(); });
}

/// Several workers on one node get distinct names.
std::string pilot_executor::unique_name(const pilot_worker& one) const {
  std::string name = one.name();
  const auto is_taken = [&](const auto& other) {
    return other.get() != &one && other->name() == name;
  };
  for (unsigned n = 2; std::ranges::any_of(workers_, is_taken); ++n)
    name = fmt::format("{}#{}", one.name(), n);
  return name;
}

void pilot_executor::joined(pilot_worker&) {
  capacity_changed();
}

/// Attempts that were lost or handed back come first.
void pilot_executor::room_changed() {
  place_waiting();
  if (room_.take_refused()) tell(start_possible{});
}

/// If there are several workers on one machine, the first says what it has.
std::shared_ptr<pilot_machine> pilot_executor::machine_of(const worker_launch& how,
                                                          resource_claims capacity,
                                                          const visible_gpus& gpus) {
  gpu_pool pool(chosen_gpus(gpus, settings_.gpus));
  capacity.gpus = pool.size();
  auto its_own =
      std::make_shared<pilot_machine>(pilot_machine{claims_account(capacity), std::move(pool)});
  return how.machine.empty() ? its_own : machines_.try_emplace(how.machine, its_own).first->second;
}

bool pilot_executor::shares_machine(const worker_launch& how) const {
  const auto is_there = [&](const worker_launch& each) { return each.machine == how.machine; };
  return !how.machine.empty() && std::ranges::count_if(settings_.workers, is_there) > 1;
}

void pilot_executor::limit(std::optional<std::size_t> jobs) {
  limit_ = jobs;
  capacity_changed();
}

/// As many jobs may run as workers have places; at least one, since the first job waits here for
/// the first worker.
void pilot_executor::capacity_changed() {
  if (finishing_) return;
  std::size_t slots = 0;
  for (const auto& each : workers_) slots += each->capacity();
  const std::size_t now = std::max<std::size_t>(limit_ ? std::min(slots, *limit_) : slots, 1);
  const std::size_t before = std::exchange(limit_told_, now);
  if (now != before) tell(limit_changed{static_cast<int>(now) - static_cast<int>(before)});
  tell_label_capacities();
  if (any_hope()) {
    give_up_hopeless();
    return room_changed();
  }
  if (!waiting_.empty() || room_.has_refused()) give_up_hope();
}

std::vector<std::string> pilot_executor::labels() const {
  std::vector<std::string> all;
  for (const worker_launch& each : settings_.workers)
    for (const std::string& label : each.labels)
      if (std::ranges::find(all, label) == all.end()) all.push_back(label);
  return all;
}

/// The jobs of a label that no worker will have any more need not wait: they come here to be told.
void pilot_executor::tell_label_capacities() {
  for (const std::string& label : labels()) {
    std::optional<std::uint64_t> weight;
    for (const auto& each : workers_)
      if (each->launch().bears(label) && each->may_still_help())
        weight = weight.value_or(0) + each->capacity();
    const auto [told, is_first] = labels_told_.try_emplace(label, 0);
    if (std::exchange(told->second, weight) == weight) continue;
    if (!weight && any_hope() && !stopping_)
      tell(warning{fmt::format(
          "no worker with the label {} is left: jobs that ask for it cannot run", label)});
    tell(label_capacity{label, weight});
  }
}

std::vector<worker_state> pilot_executor::workers() const {
  std::vector<worker_state> all;
  for (const auto& each : workers_) all.push_back(each->state());
  return all;
}

bool pilot_executor::any_hope() const {
  return std::ranges::any_of(workers_, [](const auto& each) { return each->may_still_help(); });
}

bool pilot_executor::any_hope_for(const job_settings& job) const {
  return std::ranges::any_of(workers_, [&](const auto& each) {
    return each->may_still_help() && each->launch().bears(job.on) &&
           (each->is_to_come() || !each->machine().lacks_gpus_for(job.claims));
  });
}

void pilot_executor::tell_missing_gpus(const job_spec& job) {
  const unsigned wanted = job.settings->claims.gpus;
  if (wanted == 0 || stopping_ || !gpus_told_.insert(wanted).second) return;
  tell(warning{fmt::format("no worker{} has {} {}: jobs that need that cannot run",
                           job.settings->on.empty() ? "" : " with the label " + job.settings->on,
                           wanted, wanted == 1 ? "GPU" : "GPUs")});
}

/// Jobs that wait for a label, or for GPUs, that no worker will have any more.
void pilot_executor::give_up_hopeless() {
  const auto is_lost = [&](const pilot_attempt* attempt) {
    return !any_hope_for(*attempt->request().job.settings);
  };
  const auto first = std::stable_partition(waiting_.begin(), waiting_.end(), std::not_fn(is_lost));
  const std::vector<pilot_attempt*> lost(first, waiting_.end());
  waiting_.erase(first, waiting_.end());
  for (pilot_attempt* const attempt : lost) {
    tell_missing_gpus(attempt->request().job);
    attempt->finish(cancelled{attempt->losses() > 0});
  }
}

/// No worker is left that could run them, and none will come.
void pilot_executor::give_up_hope() {
  const auto waiting = std::exchange(waiting_, {});
  for (pilot_attempt* const attempt : waiting) attempt->finish(cancelled{attempt->losses() > 0});
  if (!std::exchange(hopeless_, true) && !stopping_)
    tell(stop_asked{stop_request::finish, std::string(no_worker_left)});
}

/// Not while the engine is asking whether a job may start.
void pilot_executor::give_up_soon() {
  timers_.schedule(giving_up_, duration{}, [this] { capacity_changed(); });
}

awaitable<attempt_result> pilot_executor::run(attempt_request request, running_attempt*& handle) {
  pilot_attempt attempt(*this, request);
  if (std::string why = hindrance(request.job); !why.empty()) {
    attempt.finish(spawn_failed{EINVAL, std::move(why), "refused"});
  } else {
    handle = &attempt;
    place_or_wait(attempt);
  }
  room_.has_come(request.job);
  if (room_.take_refused()) tell(start_possible{});
  co_await attempt.wait();
  handle = nullptr;
  co_return attempt.take_result();
}

/// Of the workers with room for it, those with the fewest labels, which others may ask for; of
/// these, the one with the most free slots. Null if none has room.
pilot_worker* pilot_executor::worker_for(const job_settings& job) const {
  pilot_worker* best = nullptr;
  std::optional<bool> exceeds;
  const auto is_better = [](const pilot_worker& a, const pilot_worker& b) {
    const std::size_t labels = a.launch().labels.size();
    const std::size_t others = b.launch().labels.size();
    return labels != others ? labels < others : a.free_slots() > b.free_slots();
  };
  for (const auto& each : workers_) {
    if (!each->has_slots_for(job.weight) || !each->launch().bears(job.on)) continue;
    if (!each->machine().has_gpus_for(job.claims)) continue;
    if (best != nullptr && !is_better(*each, *best)) continue;
    if (!each->fits(job.claims)) {
      if (!exceeds) exceeds = may_exceed(job);
      if (!*exceeds || !each->is_idle_machine()) continue;
    }
    best = each.get();
  }
  return best;
}

/// The job claims more than any worker that may run it, present or expected, has: such a job runs
/// alone.
bool pilot_executor::may_exceed(const job_settings& job) const {
  return std::ranges::none_of(workers_, [&](const auto& each) {
    const bool ready = each->where() == pilot_worker::stage::ready;
    return each->launch().bears(job.on) &&
           (each->is_to_come() || (ready && !each->machine().is_beyond(job.claims)));
  });
}

pilot_worker* pilot_executor::worker_for(const job_spec& job) {
  pilot_worker* const found = room_.found_for(job);
  // A retry without a pause may have come in between.
  const bool has_room = found != nullptr && found->has_slots_for(job.settings->weight) &&
                        found->fits(job.settings->claims);
  return has_room ? found : worker_for(*job.settings);
}

void pilot_executor::place_or_wait(pilot_attempt& attempt) {
  pilot_worker* const best = waiting_.empty() ? worker_for(attempt.request().job) : nullptr;
  if (best != nullptr) return best->place(attempt);
  waiting_.push_back(&attempt);
  look_for_hope();
}

/// In order, except that those of one label do not wait for another's.
void pilot_executor::place_waiting() {
  std::set<std::string> waits;
  for (std::size_t i = 0; i < waiting_.size();) {
    pilot_attempt& attempt = *waiting_[i];
    const job_spec& job = attempt.request().job;
    pilot_worker* const best = waits.contains(job.settings->on) ? nullptr : worker_for(job);
    if (best == nullptr) {
      waits.insert(job.settings->on);
      ++i;
    } else {
      // First: placing it may end others, which changes the queue.
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
      best->place(attempt);
    }
  }
}

void pilot_executor::look_for_hope() {
  if (waiting_.empty()) return;
  if (any_hope())
    give_up_hopeless();
  else
    give_up_hope();
}

void pilot_executor::forget_waiting(pilot_attempt& attempt) {
  std::erase(waiting_, &attempt);
}

void pilot_executor::handed_back(pilot_attempt& attempt) {
  attempt.displaced();
  if (attempt.end_asked() || stopping_) return attempt.finish(cancelled{false});
  waiting_.push_front(&attempt);
  place_waiting();
  look_for_hope();
}

/// Nobody knows how it ended: it may even have succeeded.
void pilot_executor::lost(pilot_attempt& attempt, const pilot_worker& by, const std::string& why) {
  const attempt_request& wanted = attempt.request();
  attempt.count_loss();
  if (const std::uint64_t printed = attempt.displaced(); printed > 0)
    warn(by, fmt::format("{} bytes of job {} had already been printed", printed, wanted.job.seq));
  tell(attempt_lost{wanted.job, wanted.attempt, by.name(), why});
  if (attempt.end_asked() || stopping_) return attempt.finish(cancelled{true});
  if (attempt.losses() > settings_.node_retries)
    return attempt.finish(
        spawn_failed{EHOSTDOWN, lost_too_often(attempt.losses(), by.name()), "refused"});
  waiting_.push_front(&attempt);
  place_waiting();
  look_for_hope();
}

void pilot_executor::gone(pilot_worker&) {
  const bool all = std::ranges::all_of(
      workers_, [](const auto& each) { return each->where() == pilot_worker::stage::gone; });
  if (finishing_ && all) all_gone_.complete();
  if (!finishing_) capacity_changed();
}

awaitable<leftovers> pilot_executor::end_leftovers(bool unknown_too, duration grace) {
  finishing_ = true;
  for (const auto& each : workers_) each->finish(unknown_too, grace);
  gone(*workers_.front());
  co_await all_gone_.wait();
  watch_.cancel();
  co_return std::exchange(left_, {});
}

void pilot_executor::hurry_leftovers() {
  for (const auto& each : workers_) each->send(frame_kind::hurry);
}

void pilot_executor::on(const event& e) {
  if (std::holds_alternative<suspended>(e)) {
    suspended_ = true;
    for (const auto& each : workers_) each->suspend();
  } else if (std::holds_alternative<resumed>(e)) {
    suspended_ = false;
    for (const auto& each : workers_) each->resume();
  } else if (const auto* stop = std::get_if<stop_changed>(&e)) {
    stopping_ = stop->phase != stop_phase::running;
    if (!stopping_) return;
    // Those that wait for a place, shielded or not, have nothing to lose any more.
    const auto waiting = std::exchange(waiting_, {});
    for (pilot_attempt* const attempt : waiting) attempt->finish(cancelled{attempt->losses() > 0});
  }
}

}  // namespace weir
