#include "simulation/workers/plan.hpp"

#include <algorithm>
#include <csignal>

#include <fmt/format.h>

#include "simulation/dice.hpp"

namespace simulation::workers {

using namespace weir;
using namespace std::chrono_literals;

namespace {

planned_worker draw_worker(dice& d) {
  planned_worker one;
  if (d.once_in(10)) one.start = static_cast<beginning>(d.between(1, 3));
  one.after = d.once_in(8) ? d.ms(1000, 40'000) : d.ms(0, 400);
  one.slots = static_cast<unsigned>(d.between(1, 4));
  if (d.once_in(3)) one.given = static_cast<unsigned>(d.between(1, 4));
  if (d.once_in(4)) one.labels.emplace_back("gpu");
  if (d.once_in(4)) one.labels.emplace_back("big");
  one.shares = d.once_in(3);
  one.is_far = d.once_in(2);
  one.latency = d.once_in(2) ? 0ms : d.ms(1, 30);
  if (d.once_in(4)) one.hours_off = static_cast<std::int64_t>(d.below(20'000)) - 10'000;
  return one;
}

planned_job draw_worker_job(dice& d, const plan& p, bool labels) {
  planned_job job;
  job.seed = d.next();
  if (d.once_in(2)) job.fails_in_ten = static_cast<unsigned>(d.between(1, 8));
  constexpr std::size_t sizes[] = {0, 100, 100, 3000, 40'000, 100'000};
  job.most_output = d.once_in(25) ? 700'000 : sizes[d.below(6)];
  job.longest = d.once_in(4) ? 40'000ms : d.once_in(3) ? 5000ms : 300ms;
  job.ignores_term = d.once_in(10);
  job.has_parts = d.once_in(10);
  job_settings& settings = job.settings;
  settings.shield = d.once_in(6);
  if (d.once_in(6)) settings.timeout = d.ms(20, 30'000);
  if (d.once_in(5)) settings.close_timeout = d.ms(0, 3000);
  if (d.once_in(3)) settings.retry.times = static_cast<unsigned>(d.between(1, 3));
  if (d.once_in(2)) settings.retry.backoff = d.ms(1, 1000);
  settings.allow_failure = d.once_in(8);
  if (d.once_in(4)) settings.weight = static_cast<unsigned>(d.between(1, 4));
  if (d.once_in(4))
    settings.claims = {d.between(0, 11) * 100, static_cast<double>(d.below(6)) / 2,
                       static_cast<unsigned>(d.below(3))};
  const std::string label = d.once_in(2) ? "gpu" : "big";
  const auto bears = [&](const planned_worker& w) {
    return std::ranges::count(w.labels, label) > 0;
  };
  // Others are refused before anything starts.
  if (labels && d.once_in(4) && std::ranges::any_of(p.workers, bears)) settings.on = label;
  // A single slot streams, and what runs between two attempts would come between their output.
  if (p.limit == 1U) settings.retry.backoff = {};
  return job;
}

world_event draw_event(dice& d, std::size_t workers) {
  world_event e;
  e.at = d.once_in(3) ? d.ms(0, 60'000) : d.ms(0, 5000);
  e.lasts = d.ms(1000, 60'000);
  e.number = d.below(workers);
  const auto what = d.below(20);
  if (what < 5)
    e.what = happening::worker_dies;
  else if (what < 8)
    e.what = happening::worker_is_drained;
  else if (what < 13)
    e.what = happening::network_stalls;
  else if (what < 14)
    e.what = happening::connection_dies;
  else
    e.what = static_cast<happening>(static_cast<unsigned>(happening::interrupt) + (what - 14));
  if (e.what == happening::worker_is_drained && d.once_in(2)) e.lasts = d.ms(1, 5000);
  if (e.what == happening::set_limit) e.number = d.below(6);
  return e;
}

}  // namespace

plan draw(std::uint64_t seed) {
  dice d(seed * 2 + 1);
  plan p;
  p.seed = seed;
  if (d.once_in(3)) p.limit = d.between(1, 5);
  p.node_retries = static_cast<unsigned>(d.below(3));
  p.mode = d.once_in(3) ? output_mode::line : output_mode::group;
  p.keep_order = d.once_in(3);
  p.slow_reader = d.once_in(5);
  p.close_timeout = d.once_in(3) ? d.ms(0, 500) : d.ms(500, 10'000);
  p.stop.wait_timeout = d.ms(0, 60'000);
  p.stop.term_timeout = d.ms(0, 5000);
  for (auto n = d.between(1, 4); n > 0; --n) p.workers.push_back(draw_worker(d));
  const bool labels = d.once_in(3);
  const auto jobs = d.once_in(10) ? d.below(3) : d.between(4, most_jobs);
  for (std::uint64_t i = 0; i < jobs; ++i) p.jobs.push_back(draw_worker_job(d, p, labels));
  for (auto n = d.below(6); n > 0; --n) p.world.push_back(draw_event(d, p.workers.size()));
  // Whoever waits for a worker that never says a word has to give up some day.
  const auto is_silent = [](const planned_worker& w) { return w.start == beginning::says_nothing; };
  if (std::ranges::any_of(p.workers, is_silent))
    p.world.push_back({120s, happening::interrupt, {}, 0});
  if (p.limit == 1U)
    std::erase_if(p.world, [](const world_event& e) { return e.what == happening::set_limit; });
  return p;
}

attempt_plan plan_of(const planned_job& job, unsigned attempt) {
  dice d(job.seed + attempt);
  attempt_plan plan;
  std::size_t left = job.most_output == 0 ? 0 : d.below(job.most_output);
  while (left > 0) {
    const std::size_t most = d.once_in(3) ? left : std::min<std::size_t>(left, 70'000);
    const std::size_t bytes = std::max<std::size_t>(d.between(1, most), left / 6);
    plan.writes.push_back({d.once_in(3) ? output_stream::err : output_stream::out, bytes,
                           d.once_in(2) ? 0ms : d.ms(0, 200)});
    left -= bytes;
  }
  plan.rest = d.once_in(3) ? 0ms : d.ms(0, static_cast<std::uint64_t>(job.longest.count()));
  if (d.below(10) < job.fails_in_ten) {
    plan.how = exited{d.once_in(2) ? 1 : 7};
    if (d.once_in(5)) plan.how = signaled{SIGSEGV, false};
    if (d.once_in(8)) plan.how = spawn_failed{2, "program"};
  }
  plan.ignores_term = job.ignores_term && d.once_in(2);
  plan.obeys_after = d.ms(0, 5);
  if (d.once_in(40)) plan.without_room = d.ms(1, 300);
  if (job.has_parts && d.once_in(2)) {
    plan.part_from = d.once_in(2) ? 0ms : d.ms(0, 200);
    plan.part_lasts = d.once_in(3) ? d.ms(1000, 30'000) : d.ms(1, 300);
  }
  return plan;
}

}  // namespace simulation::workers
