#include <string_view>

#include <fmt/format.h>

#include "simulation/workers/plan.hpp"

namespace simulation::workers {

namespace {

constexpr std::string_view beginnings[] = {"", " fails", " says wrong words", " says nothing"};
constexpr std::string_view happenings[] = {
    "worker dies", "worker is drained", "network stalls", "connection dies",
    "interrupt",   "terminate",         "quit",           "suspend",
    "limit",       "weir dies"};

auto ms(duration d) {
  return std::chrono::duration_cast<milliseconds>(d).count();
}

void add_worker(std::string& to, std::size_t number, const planned_worker& w) {
  to += fmt::format("worker {}:{} after {} ms, {} slots", number,
                    beginnings[static_cast<std::size_t>(w.start)], w.after.count(), w.slots);
  if (w.given) to += fmt::format(" ({} given)", *w.given);
  for (const std::string& label : w.labels) to += " " + label;
  if (w.shares) to += ", shares its machine";
  if (w.is_far) to += ", far";
  to += fmt::format(", latency {} ms", w.latency.count());
  if (w.hours_off != 0) to += fmt::format(", clock off by {} h", w.hours_off);
  to += '\n';
}

void add_job(std::string& to, std::size_t number, const planned_job& job) {
  const weir::job_settings& s = job.settings;
  to += fmt::format("job {}: fails {}/10, up to {} bytes, {} ms", number, job.fails_in_ten,
                    job.most_output, job.longest.count());
  if (job.ignores_term) to += ", may ignore TERM";
  if (job.has_parts) to += ", may have a shielded part";
  if (s.shield) to += ", shielded";
  if (s.timeout) to += fmt::format(", timeout {}", ms(*s.timeout));
  if (s.close_timeout) to += fmt::format(", close {}", ms(*s.close_timeout));
  if (s.retry.times > 0)
    to += fmt::format(", {} retries after {}", s.retry.times, ms(s.retry.backoff));
  if (s.allow_failure) to += ", may fail";
  if (s.weight > 1) to += fmt::format(", weight {}", s.weight);
  if (s.claims != weir::resource_claims{})
    to += fmt::format(", claims {} {} {}", s.claims.memory, s.claims.cpus, s.claims.gpus);
  if (!s.on.empty()) to += ", on " + s.on;
  to += '\n';
}

}  // namespace

std::string describe(const plan& p) {
  std::string text = fmt::format(
      "seed {} (workers): limit {}, node retries {}, {}{}{}, close {}, wait {}, term {} ms\n",
      p.seed, p.limit ? std::to_string(*p.limit) : "none", p.node_retries,
      p.mode == weir::output_mode::line ? "line" : "group", p.keep_order ? ", in order" : "",
      p.slow_reader ? ", a slow reader" : "", ms(p.close_timeout), ms(p.stop.wait_timeout),
      ms(p.stop.term_timeout));
  for (std::size_t i = 0; i < p.workers.size(); ++i) add_worker(text, i, p.workers[i]);
  for (std::size_t i = 0; i < p.jobs.size(); ++i) add_job(text, i + 1, p.jobs[i]);
  for (const world_event& e : p.world)
    text += fmt::format("at {} ms: {} {} ({} ms)\n", e.at.count(),
                        happenings[static_cast<std::size_t>(e.what)], e.number, e.lasts.count());
  return text;
}

}  // namespace simulation::workers
