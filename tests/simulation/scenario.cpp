#include "simulation/scenario.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <weir/process_settings.hpp>

#include "simulation/dice.hpp"

namespace simulation {

using namespace weir;
using namespace std::chrono_literals;

namespace {

/// Jobs that may be added while a run goes on.
constexpr std::uint64_t most_added = 4;

retry_settings draw_retry(dice& d) {
  retry_settings retry;
  if (!d.once_in(4)) return retry;
  retry.times = static_cast<unsigned>(d.between(1, 3));
  if (!d.once_in(3)) retry.backoff = d.ms(1, 500);
  if (d.once_in(2)) retry.longest_backoff = retry.backoff * d.between(1, 4);
  if (d.once_in(3)) {
    retry.all_failures = false;
    retry.exit_codes = {1, 7};
    retry.on_timeout = d.once_in(2);
  }
  return retry;
}

void draw_needs(dice& d, std::uint64_t seq, std::vector<need>& needs) {
  if (seq == 1 || d.once_in(3)) return;
  const auto count = d.between(1, 3);
  for (std::uint64_t i = 0; i < count; ++i) {
    need one{d.between(seq > 6 ? seq - 6 : 1, seq - 1), static_cast<need_on>(d.below(3)), 0};
    if (!d.once_in(4)) one.on = need_on::success;
    if (d.once_in(6)) one.any_of = 1;
    // The needs of one choice all have the same condition: a manifest has one pattern for them.
    for (const need& other : needs)
      if (other.any_of == one.any_of && one.any_of != 0) one.on = other.on;
    const bool twice = std::ranges::count(needs, one.seq, &need::seq) > 0;
    if (!twice) needs.push_back(one);
  }
}

planned_job draw_job(dice& d, const scenario& s, std::uint64_t seq, bool rebels) {
  planned_job job;
  job.seed = d.next();
  if (d.once_in(6)) job.stall = d.ms(1, 400);
  if (d.once_in(2)) job.fails_in_ten = static_cast<unsigned>(d.between(1, 9));
  job.writes = !d.once_in(3);
  job.is_rebel = rebels && d.once_in(3);
  job_settings& settings = job.settings;
  settings.shield = d.once_in(5);
  if (d.once_in(5)) settings.timeout = d.ms(20, 800);
  if (d.once_in(5)) settings.close_timeout = d.ms(0, 3000);
  settings.retry = draw_retry(d);
  settings.allow_failure = d.once_in(6);
  if (d.once_in(8)) settings.skip = {7};
  if (d.once_in(4)) settings.priority = static_cast<int>(d.below(3));
  if (s.engine.limit && d.once_in(4))
    settings.weight = static_cast<unsigned>(d.between(1, *s.engine.limit));
  for (const auto& [name, capacity] : s.engine.pools)
    if (d.once_in(3)) settings.pools.emplace_back(name, d.between(1, capacity));
  if (s.engine.capacity && d.once_in(2))
    settings.claims = {d.between(0, 10) * 100, static_cast<double>(d.below(5)) / 2,
                       static_cast<unsigned>(d.below(s.engine.capacity->gpus + 1))};
  if (d.once_in(40)) {
    process_settings process;
    process.foreground = true;
    settings.process = std::make_shared<const process_settings>(std::move(process));
  }
  if (s.engine.needs) draw_needs(d, seq, job.needs);
  return job;
}

planned_sink draw_sink(dice& d) {
  planned_sink sink;
  if (!d.once_in(6)) return sink;
  sink.how = static_cast<reader>(d.between(1, 4));
  sink.at = d.ms(0, 600);
  return sink;
}

void draw_engine(dice& d, engine_settings& e) {
  e.limit = d.between(1, 6);
  if (d.once_in(10)) e.limit.reset();
  e.pending_limit = d.once_in(2) ? d.below(6) : 100;
  if (d.once_in(8)) e.delay = d.ms(1, 100);
  e.close_timeout = d.ms(0, 10'000);
  e.stop.wait_timeout = d.ms(0, 60'000);
  e.stop.term_timeout = d.ms(0, 5000);
  e.needs = d.once_in(2);
  e.read_after_halt = e.needs && d.once_in(2);
  e.read_first = d.once_in(8);
  if (d.once_in(8)) e.relative_timeout = 2.0;
  if (d.once_in(3)) e.pools = {{"db", d.between(1, 3)}};
  if (d.once_in(5))
    e.capacity = {d.between(0, 8) * 100, static_cast<double>(d.between(0, 4)),
                  static_cast<unsigned>(d.between(0, 4))};
  if (!d.once_in(4)) return;
  e.halt.when = static_cast<halt_rule::urgency>(d.between(1, 2));
  e.halt.what = static_cast<halt_rule::event>(d.below(3));
  e.halt.percent = d.once_in(3);
  e.halt.count = e.halt.percent ? d.between(1, 100) : d.between(1, 8);
}

void draw_world(dice& d, scenario& s) {
  constexpr std::uint64_t one_in[] = {3, 2, 3};
  for (const std::uint64_t n : one_in) {
    if (!d.once_in(n)) break;
    world_event e{d.ms(0, 3000), static_cast<happening>(d.below(6)), d.ms(1, 90'000), 0};
    if (d.once_in(3)) e.at = d.ms(0, 60'000);
    s.world.push_back(e);
  }
  const auto waits_for_ever = [](const planned_sink& sink) { return sink.how == reader::stuck; };
  if (waits_for_ever(s.out) || waits_for_ever(s.err))
    s.world.push_back({d.ms(100, 5000), happening::interrupt, {}, 0});
}

void draw_control(dice& d, scenario& s, const std::uint64_t jobs) {
  constexpr std::uint64_t one_in[] = {3, 2, 2, 2};
  constexpr happening kinds[] = {happening::set_limit, happening::pause, happening::cancel,
                                 happening::kill,      happening::add,   happening::memory_short};
  for (const std::uint64_t n : one_in) {
    if (!d.once_in(n)) break;
    world_event e{d.ms(0, 1500), kinds[d.below(6)], d.ms(1, 3000), 0};
    if (e.what == happening::set_limit) e.number = d.below(7);
    if (e.what == happening::cancel || e.what == happening::kill) e.number = d.between(1, jobs + 1);
    s.world.push_back(e);
    if (e.what != happening::add) continue;
    planned_job added = draw_job(d, s, 1, false);
    added.is_added = true;
    s.jobs.push_back(std::move(added));
  }
}

/// What starts wait for, and who takes it away meanwhile.
void draw_gates(dice& d, scenario& s) {
  if (d.once_in(6)) {
    s.tokens = {static_cast<unsigned>(d.between(1, 4)), static_cast<unsigned>(d.below(2)), 0};
    if (d.once_in(6)) s.tokens.dies_at = d.between(1, 400);
    for (auto n = d.below(4); n > 0; --n)
      s.world.push_back({d.ms(0, 1000), happening::token_elsewhere, d.ms(1, 500), 0});
  }
  if (!d.once_in(8)) return;
  s.gate = {true, d.once_in(2), d.once_in(2)};
  for (auto n = d.between(1, 3); n > 0; --n)
    s.world.push_back({d.ms(0, 1000), happening::gate_closes, d.ms(1, 500), 0});
}

/// A little of everything that usually takes megabytes.
void draw_spools(dice& d, planned_spools& spools) {
  if (!d.once_in(8)) return;
  spool_limits& limits = spools.limits;
  limits.stream = d.below(300);
  limits.crowded_stream = d.below(limits.stream + 1);
  limits.total = d.below(2000);
  limits.finished = d.below(6000);
  limits.waiting_files = d.below(4);
  if (d.once_in(2)) limits.queued = d.below(3000);
  if (d.once_in(2)) limits.files = d.below(20'000);
  spools.no_directory = d.once_in(4);
  if (spools.no_directory && d.once_in(2)) spools.most_in_memory = d.below(5000);
}

/// Programs that are missing: of all jobs from some job on, or up to it.
void draw_missing_programs(dice& d, scenario& s) {
  s.engine.end_hopeless = d.once_in(2);
  if (s.jobs.empty() || !d.once_in(12)) return;
  s.engine.one_program = d.once_in(2);
  const std::size_t some = d.once_in(3) ? s.jobs.size() : d.below(s.jobs.size());
  const bool from_there = d.once_in(2) && some < s.jobs.size();
  for (std::size_t i = 0; i < s.jobs.size(); ++i) {
    s.jobs[i].cannot_start = (i < some) != from_there;
    s.jobs[i].other_program = !s.engine.one_program && d.once_in(60);
  }
}

/// A single slot streams as its job writes: output of jobs that run between its attempts, or next
/// to it when slots are added, gets in between. docs/reliability.md explains this.
void keep_one_at_a_time(scenario& s) {
  for (planned_job& job : s.jobs) job.settings.retry.backoff = {};
  std::erase_if(s.world, [](const world_event& e) {
    return e.what == happening::more_slots || e.what == happening::set_limit;
  });
}

/// A run of twenty jobs takes some 300 steps, and calls the disk some 60 times.
void draw_crashes(dice& d, planned_crashes& crashes) {
  for (int i = 0; i < 2; ++i) {
    if (d.once_in(2))
      crashes.at.push_back(d.below(300));
    else
      crashes.amid_a_step.push_back(d.below(100));
  }
}

void draw_journal(dice& d, planned_journal& j, planned_crashes& crashes) {
  j.kept = d.once_in(3);
  if (!j.kept) return;
  j.synced = d.once_in(2);
  if (d.once_in(5)) j.fault = static_cast<disk_fault>(d.between(1, 3));
  j.fault_at = static_cast<unsigned>(d.below(30));
  crashes.machine_dies = j.synced && d.once_in(2);
  draw_crashes(d, crashes);
}

/// Now and then a job writes more than fits into a record at once.
void draw_records(dice& d, scenario& s) {
  if (!d.once_in(s.journal.kept ? 2 : 6)) return;
  for (planned_file* const each : {&s.joblog, &s.lines, &s.table}) {
    // Where output is not captured, the others are refused.
    each->kept = d.once_in(2) && (each == &s.joblog || s.mode != output_mode::raw);
    if (d.once_in(8)) each->fault = static_cast<disk_fault>(d.between(1, 3));
    each->fault_at = static_cast<unsigned>(d.below(8));
  }
  // By their numbers, which have to stay the same.
  const bool any_added = std::ranges::any_of(s.jobs, &planned_job::is_added);
  if (!s.journal.kept && s.joblog.kept && !s.engine.needs && !any_added) draw_crashes(d, s.crashes);
  if ((s.lines.kept || s.table.kept) && !s.jobs.empty() && d.once_in(400))
    s.jobs[d.below(s.jobs.size())].writes_much = true;
}

}  // namespace

const planned_file& file_of(const scenario& s, file_kind kind) {
  switch (kind) {
    case file_kind::journal:
      return s.journal;
    case file_kind::joblog:
      return s.joblog;
    case file_kind::lines:
      return s.lines;
    default:
      return s.table;
  }
}

scenario draw(std::uint64_t seed) {
  dice d(seed);
  scenario s;
  s.seed = seed;
  draw_engine(d, s.engine);
  s.mode = d.once_in(3) ? output_mode::line : output_mode::group;
  s.keep_order = d.once_in(3);
  s.one_output = d.once_in(4);
  // If a job's streams are passed on as it writes, they may cut each other's lines.
  if (s.mode == output_mode::group && (s.keep_order || s.engine.limit == 1U)) s.one_output = false;
  s.out = draw_sink(d);
  s.err = draw_sink(d);
  const bool rebels = d.once_in(3);
  const auto jobs = d.once_in(10) ? d.below(3) : d.between(5, 35);
  s.jobs.reserve(jobs + most_added);
  for (std::uint64_t seq = 1; seq <= jobs; ++seq) s.jobs.push_back(draw_job(d, s, seq, rebels));
  if (jobs > 0 && d.once_in(12)) s.source_fails_after = static_cast<unsigned>(d.between(1, jobs));
  draw_world(d, s);
  draw_control(d, s, jobs);
  draw_gates(d, s);
  draw_journal(d, s.journal, s.crashes);
  if (d.once_in(4)) s.shields_known_after = d.ms(1, 500);
  if (s.engine.limit == 1U) keep_one_at_a_time(s);
  // With dice of their own: what came later leaves the histories of other seeds as they were.
  dice later(~seed);
  draw_spools(later, s.spools);
  draw_missing_programs(later, s);
  if (later.once_in(30)) s.mode = output_mode::raw;
  if (later.once_in(6))
    s.world.push_back({later.ms(0, 2000), happening::terminate_all,
                       later.once_in(3) ? 0ms : later.ms(0, 290), 0});
  draw_records(later, s);
  return s;
}

attempt_plan plan_of(const planned_job& job, unsigned attempt) {
  dice d(job.seed + attempt);
  attempt_plan plan;
  if (job.cannot_start) {
    plan.how = spawn_failed{ENOENT, "program"};
    return plan;
  }
  const auto pieces = job.writes ? d.below(4) : 0;
  for (std::uint64_t i = 0; i < pieces; ++i) {
    const auto bytes = d.once_in(12) ? d.between(2000, 20'000) : d.between(1, 60);
    plan.writes.push_back({d.once_in(3) ? output_stream::err : output_stream::out, bytes,
                           d.once_in(2) ? 0ms : d.ms(0, 100),
                           d.once_in(3) ? d.between(12, 12 + bytes) : 0});
  }
  if (job.writes_much)
    plan.writes.push_back({output_stream::out, d.between(1 << 20, 2 << 20), 0ms, 64 << 10});
  plan.rest = d.once_in(3) ? 0ms : d.once_in(12) ? d.ms(1000, 9000) : d.ms(0, 200);
  if (d.below(10) < job.fails_in_ten) {
    constexpr int codes[] = {1, 2, 7};
    plan.how = exited{codes[d.below(3)]};
    if (d.once_in(5)) plan.how = signaled{SIGSEGV, false};
    if (d.once_in(8)) plan.how = spawn_failed{2, "program"};
  }
  plan.to_term = d.once_in(3) ? reaction::ends_late : reaction::obeys;
  if (job.is_rebel) plan.to_term = d.once_in(4) ? reaction::ignores_all : reaction::ignores_term;
  if (d.once_in(40)) plan.without_room = d.ms(1, 300);
  plan.leaves_process = d.once_in(30);
  if (d.once_in(25)) {
    plan.part_from = d.once_in(2) ? 0ms : d.ms(0, 100);
    plan.part_lasts = d.once_in(3) ? d.ms(1000, 70'000) : d.ms(1, 300);
  }
  return plan;
}

}  // namespace simulation
