#include "simulation/workers/rules.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace simulation::workers {

using namespace weir;
using namespace std::chrono_literals;

namespace {

/// A silence that long may cost a worker: less, by two beats, than the shorter of the two bounds.
constexpr auto long_stall = 14s;

}  // namespace

rules::rules(const plan& p, simulated_clock& clock)
    : plan_(p),
      clock_(clock),
      jobs_(p.jobs.size() + 1),
      workers_(p.workers.size()),
      limit_(p.limit) {}

void rules::broken(std::string rule, std::string how) {
  if (found_) return;
  found_ = broken_rule{std::move(rule), std::move(how)};
  note("BROKEN: " + found_->how, 0);
}

void rules::note(std::string_view what, std::uint64_t number, std::uint64_t more) {
  const auto now = static_cast<std::uint64_t>((clock_.now() - simulated_clock::start) /
                                              std::chrono::microseconds(1));
  for (const std::uint64_t part : {now, number, more, static_cast<std::uint64_t>(what.size())})
    fingerprint_ = (fingerprint_ ^ part) * 0x100000001b3;
  if (keeps_trace)
    trace.push_back(
        fmt::format("{:10.3f} ms  {} {} {}", static_cast<double>(now) / 1000, what, number, more));
}

std::optional<std::size_t> rules::worker_named(std::string_view name) const {
  for (std::size_t i = 0; i < workers_.size(); ++i)
    if (name == name_of(i)) return i;
  return std::nullopt;
}

std::size_t rules::begins(std::size_t worker, const attempt_request& request,
                          const attempt_plan& what) {
  const std::uint64_t seq = request.job.seq;
  note(fmt::format("begins on w{}: job, attempt", worker), seq, request.attempt);
  execution one;
  one.seq = seq;
  one.attempt = request.attempt;
  one.worker = worker;
  one.obeys = what.obeys() && !request.job.settings->shield;
  one.gpus = request.gpus;
  check_place(one, request);
  all_.push_back(std::move(one));
  check_machine(all_.back());
  return all_.size() - 1;
}

void rules::check_place(const execution& one, const attempt_request& request) {
  const job_settings& wanted = settings(one.seq);
  const planned_worker& there = plan_.workers[one.worker];
  if (!wanted.on.empty() && std::ranges::count(there.labels, wanted.on) == 0)
    broken("labels", job_text(one.seq) + " runs where its label is not");
  for (const execution& other : all_) {
    // What was under way to a worker may arrive there after its connection has died.
    if (!other.runs || other.seq != one.seq || workers_[one.worker].is_cut_off) continue;
    if (!is_unheard(other) && other.obeys && !other.stands_still)
      broken("one at once", job_text(one.seq) + " runs twice at once");
  }
  if (request.gpus.empty() ? wanted.claims.gpus != 0
                           : std::ranges::count(request.gpus, ',') + 1 != wanted.claims.gpus)
    broken("claims", job_text(one.seq) + " has the wrong number of GPUs");
}

/// What the run has given up, and does not hear any more, may take its time to end.
bool rules::is_unheard(const execution& one) const {
  const seen_worker& there = workers_[one.worker];
  // A worker of a suspended run waits for ever, if the word to go on does not reach it.
  return there.is_cut_off || (there.is_lost && (!one.obeys || was_suspended_));
}

/// With it, there are not more than the worker has room for.
void rules::check_machine(const execution& one) {
  unsigned weight = 0;
  unsigned on_worker = 0;
  resource_claims claims;
  std::array<unsigned, 2> claim{};  ///< jobs: memory, CPUs
  const planned_worker& there = plan_.workers[one.worker];
  for (const execution& each : all_) {
    if (!each.runs) continue;
    const job_settings& its = settings(each.seq);
    if (each.worker == one.worker) {
      weight += its.weight;
      ++on_worker;
    }
    const bool same =
        each.worker == one.worker || (there.shares && plan_.workers[each.worker].shares);
    if (!same || is_unheard(each)) continue;
    claims.memory += its.claims.memory;
    claims.cpus += its.claims.cpus;
    claims.gpus += its.claims.gpus;
    claim[0] += its.claims.memory > 0 ? 1 : 0;
    claim[1] += its.claims.cpus > 0 ? 1 : 0;
    if (&each != &one && !one.gpus.empty() && each.gpus.find(one.gpus) != std::string::npos)
      broken("claims", "two jobs have the same GPU");
  }
  if (on_worker > 1 && weight > there.given.value_or(there.slots))
    broken("slots", fmt::format("{} slots are taken on w{}", weight, one.worker));
  const resource_claims& has = machine_of_workers;
  if ((claims.memory > has.memory && claim[0] > 1) ||
      (claims.cpus > has.cpus + 1e-6 && claim[1] > 1) || claims.gpus > has.gpus)
    broken("claims", fmt::format("more is claimed than w{} has", one.worker));
}

void rules::is_ended(std::size_t number, ending how) {
  const execution& one = all_[number];
  note(how == ending::kill ? "is killed: job" : "is ended: job", one.seq, one.worker);
  if (settings(one.seq).shield) check_wait_for_shields(one, "shielded ");
}

void rules::check_wait_for_shields(const execution& one, const std::string& what) {
  if (workers_[one.worker].ends_all || killed_) return;
  const time_point now = clock_.now();
  const auto [heard, told_the_end] = network(one.worker);
  // A worker that is alone lets them go on for a while.
  const time_point alone = std::min(heard + 20s, told_the_end);
  if (now >= alone && now >= alone + plan_.stop.term_timeout) return;
  if (stop_asked_ > 1) return;
  const duration wait =
      first_ask_ == stop_request::terminate ? plan_.stop.term_timeout : plan_.stop.wait_timeout;
  if (stop_asked_ == 1 && now >= first_stop_ + wait) return;
  broken("shields", what + job_text(one.seq) + " is ended before its time");
}

void rules::part_is_ended(std::size_t number, bool told) {
  const execution& one = all_[number];
  note("its shielded part is ended: job", one.seq, one.worker);
  if (!told)
    broken("shields", "a part of " + job_text(one.seq) + " is ended before what waits for it");
  check_wait_for_shields(one, "a part of ");
}

void rules::is_over(std::size_t number, const outcome& how) {
  execution& one = all_[number];
  note(fmt::format("is over on w{} ({}): job", one.worker, describe(how)), one.seq);
  one.runs = false;
  one.died = workers_[one.worker].has_died;
  one.how = how;
}

/// A byte says which job wrote it, and a bit of which execution and position; lines have any
/// length but 0.
std::string rules::writes(std::size_t number, output_stream which, std::size_t count) {
  execution& one = all_[number];
  std::string bytes(count, '\0');
  // In variables of their own: a char that is written may be any part of `one`.
  std::uint64_t at = number * 1'000'003 + one.bytes;
  const std::uint64_t first = 0x80 + (one.seq - 1) * 5;
  char last = one.last[which == output_stream::out ? 0 : 1];
  for (char& c : bytes) {
    std::uint64_t h = at++ * 0x9e3779b97f4a7c15;
    h ^= h >> 29;
    const bool ends_line = h % 61 == 0 && last != '\0' && last != '\n';
    last = c = ends_line ? '\n' : static_cast<char>(first + (h >> 8) % 5);
  }
  one.bytes += count;
  one.last[which == output_stream::out ? 0 : 1] = last;
  one.wrote.emplace_back(which, bytes);
  note("writes: job, bytes", one.seq, count);
  return bytes;
}

void rules::machine_dies(std::size_t worker) {
  note("dies: worker", worker);
  workers_[worker].has_died = true;
}

void rules::connection_dies(std::size_t worker) {
  note("connection dies: worker", worker);
  workers_[worker].is_cut_off = true;
}

void rules::worker_is_signalled(std::size_t worker) {
  note("is signalled: worker", worker);
  if (!std::exchange(workers_[worker].was_signalled, true))
    workers_[worker].signalled_at = clock_.now();
}

void rules::worker_ends_all(std::size_t worker) {
  note("ends all: worker", worker);
  workers_[worker].ends_all = true;
}

void rules::worker_ended(std::size_t worker) {
  note("has ended: worker", worker);
  workers_[worker].has_ended = true;
  for (const execution& each : all_)
    if (each.worker == worker && each.runs)
      broken("left", job_text(each.seq) + " runs on, and its worker has ended");
  const bool had_to_end = workers_[worker].may_be_lost() || over_at_ || looks_away_;
  if (!had_to_end && !stop_is_known())
    for (std::size_t seq = 1; seq < jobs_.size(); ++seq)
      if (jobs_[seq].runs && !jobs_[seq].places.empty() && !jobs_[seq].places.back().is_lost &&
          jobs_[seq].places.back().worker == worker)
        broken("workers", fmt::format("w{} ends for nothing, and had {}", worker, job_text(seq)));
}

void rules::network_stalls(std::size_t worker, milliseconds lasts) {
  note("network stalls: worker, ms", worker, static_cast<std::uint64_t>(lasts.count()));
  seen_worker& one = workers_[worker];
  const time_point now = clock_.now();
  if (now > one.stalled_until) one.stalled_from = now;
  one.stalled_until = std::max(one.stalled_until, now + lasts);
  if (one.stalled_until - one.stalled_from >= long_stall) one.stalled_long = true;
}

}  // namespace simulation::workers
