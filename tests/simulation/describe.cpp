// A scenario as text for people: one line for the run, one for each job and each world event.
#include <array>

#include <fmt/format.h>

#include "simulation/scenario.hpp"

namespace simulation {

using namespace weir;

namespace {

std::string_view name(happening what) {
  constexpr std::string_view names[] = {"INT",
                                        "TERM",
                                        "QUIT",
                                        "suspend",
                                        "one slot more",
                                        "one slot fewer",
                                        "limit",
                                        "pause",
                                        "cancel",
                                        "kill",
                                        "add a job",
                                        "memory is short",
                                        "a token is taken elsewhere",
                                        "the machine wants no more",
                                        "TERM to all jobs, and to weir"};
  return names[static_cast<std::size_t>(what)];
}

std::string sink_text(std::string_view which, const planned_sink& sink) {
  constexpr std::string_view names[] = {"quick", "slow", "stuck", "gone", "full"};
  if (sink.how == reader::quick) return {};
  return fmt::format(", {} {} from {} ms", which, names[static_cast<std::size_t>(sink.how)],
                     sink.at.count());
}

std::string spools_text(const planned_spools& spools) {
  const spool_limits& l = spools.limits;
  if (l.stream == spool_limits{}.stream) return {};
  std::string text = fmt::format(
      ", output in files from {} bytes (of {} in all: {}), waiting {}, queued {}, waiting files "
      "{}, held back at {}",
      l.stream, l.total, l.crowded_stream, l.finished, l.queued, l.waiting_files, l.files);
  if (spools.no_directory) text += fmt::format(", in memory, at most {}", spools.most_in_memory);
  return text;
}

std::string fault_text(const planned_file& file) {
  constexpr std::string_view names[] = {"", "takes less", "is full", "breaks"};
  if (file.fault == disk_fault::none) return {};
  return fmt::format(" that {} from write {}", names[static_cast<std::size_t>(file.fault)],
                     file.fault_at);
}

std::string records_text(const scenario& s) {
  std::string text;
  if (s.journal.kept)
    text +=
        fmt::format(", a {}journal{}", s.journal.synced ? "synced " : "", fault_text(s.journal));
  const std::string_view dies = s.crashes.machine_dies ? "the machine dies" : "killed";
  for (const std::uint64_t at : s.crashes.at) text += fmt::format(", {} at step {}", dies, at);
  for (const std::uint64_t at : s.crashes.amid_a_step)
    text += fmt::format(", {} before call {} of the disk", dies, at);
  if (s.joblog.kept) text += ", a joblog" + fault_text(s.joblog);
  if (s.lines.kept) text += ", results" + fault_text(s.lines);
  if (s.table.kept) text += ", a table of results" + fault_text(s.table);
  return text;
}

std::string run_text(const scenario& s) {
  const engine_settings& e = s.engine;
  std::string text = fmt::format(
      "run: -j {} --pending-limit {} --delay {} --close-timeout {} --wait-timeout {} "
      "--term-timeout {} --output {}",
      e.limit ? std::to_string(*e.limit) : "none", e.pending_limit, format_duration(e.delay),
      format_duration(e.close_timeout), format_duration(e.stop.wait_timeout),
      format_duration(e.stop.term_timeout),
      std::array{"group", "line", "raw"}[static_cast<std::size_t>(s.mode)]);
  if (s.keep_order) text += " -k";
  if (s.one_output) text += " 2>&1";
  if (e.halt.when != halt_rule::urgency::never)
    text +=
        fmt::format(" --halt {},{}={}{}", e.halt.when == halt_rule::urgency::now ? "now" : "soon",
                    std::array{"fail", "success", "done"}[static_cast<std::size_t>(e.halt.what)],
                    e.halt.count, e.halt.percent ? "%" : "");
  for (const auto& [pool, units] : e.pools) text += fmt::format(" pool {}={}", pool, units);
  if (e.read_first) text += " (all is read first)";
  if (e.relative_timeout) text += " --timeout 200%";
  if (e.capacity)
    text += fmt::format(" claims of {} bytes, {} CPUs, {} GPUs", e.capacity->memory,
                        e.capacity->cpus, e.capacity->gpus);
  if (s.tokens.there > 0)
    text += fmt::format(", {} tokens of make, {} jobs without", s.tokens.there, s.tokens.free_jobs);
  if (s.tokens.dies_at > 0) text += fmt::format(", killed at step {}", s.tokens.dies_at);
  if (s.gate.there)
    text += fmt::format(", a gate{}{}", s.gate.asks_again ? " that is asked" : "",
                        s.gate.lets_one_run ? ", lets one run" : "");
  if (s.shields_known_after.count() > 0)
    text += fmt::format(", shields are known after {} ms", s.shields_known_after.count());
  text += spools_text(s.spools);
  if (e.end_hopeless)
    text += e.one_program ? ", ends if no job can start"
                          : ", ends if no job can start and all are alike";
  text += sink_text("stdout", s.out) + sink_text("stderr", s.err);
  if (s.source_fails_after > 0)
    text += fmt::format(", input fails after {} jobs", s.source_fails_after);
  return text + records_text(s);
}

std::string needs_text(const std::vector<need>& needs) {
  std::string text;
  for (const need& n : needs)
    text += fmt::format(" needs {} on {}{}", n.seq, to_string(n.on), n.any_of != 0 ? " (any)" : "");
  return text;
}

std::string job_text(const planned_job& job, std::size_t seq) {
  const job_settings& settings = job.settings;
  const attempt_plan first = plan_of(job, 1);
  std::string text =
      fmt::format("job {}: {} after {} writes", seq, describe(first.how), first.writes.size());
  if (job.stall.count() > 0) text += fmt::format(", given after {} ms", job.stall.count());
  if (settings.shield) text += ", shielded";
  if (settings.timeout) text += ", timeout " + format_duration(*settings.timeout);
  if (settings.close_timeout) text += ", close-timeout " + format_duration(*settings.close_timeout);
  if (settings.retry.times > 0)
    text += fmt::format(", {} retries after {}", settings.retry.times,
                        format_duration(settings.retry.backoff));
  if (settings.allow_failure) text += ", may fail";
  if (settings.weight > 1) text += fmt::format(", weight {}", settings.weight);
  for (const auto& [pool, units] : settings.pools) text += fmt::format(", {} of {}", units, pool);
  if (job.writes_much) text += ", writes much";
  if (job.is_added) text += ", from outside";
  if (job.other_program) text += ", another program";
  if (settings.claims != resource_claims{})
    text += fmt::format(", claims {} bytes, {} CPUs, {} GPUs", settings.claims.memory,
                        settings.claims.cpus, settings.claims.gpus);
  if (settings.process) text += ", has the terminal";
  if (first.part_lasts.count() > 0)
    text += fmt::format(", part shielded from {} ms for {} ms", first.part_from.count(),
                        first.part_lasts.count());
  if (first.to_term == reaction::ignores_term) text += ", ignores TERM";
  if (first.to_term == reaction::ignores_all) text += ", ignores even KILL";
  if (first.without_room.count() > 0)
    text += fmt::format(", no room for {} ms", first.without_room.count());
  return text + needs_text(job.needs);
}

}  // namespace

std::string describe(const scenario& s) {
  std::string text = run_text(s) + '\n';
  for (std::size_t i = 0; i < s.jobs.size(); ++i) text += job_text(s.jobs[i], i + 1) + '\n';
  for (const world_event& e : s.world) {
    text += fmt::format("at {} ms: {}", e.at.count(), name(e.what));
    if (e.number > 0) text += fmt::format(" {}", e.number);
    const bool lasts = e.what == happening::suspend || e.what == happening::pause ||
                       e.what >= happening::memory_short;
    const std::string_view how = e.what == happening::terminate_all ? " after" : " for";
    text += lasts ? fmt::format("{} {} ms\n", how, e.lasts.count()) : "\n";
  }
  return text;
}

}  // namespace simulation
