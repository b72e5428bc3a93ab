#include "input/manifest/plan.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <weir/outcome.hpp>

#include "input/manifest/setting_table.hpp"
#include "input/portable_script.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

using text = std::back_insert_iterator<std::string>;

std::string_view to_string(output_mode mode) {
  switch (mode) {
    case output_mode::group:
      return "group";
    case output_mode::line:
      return "line";
    case output_mode::raw:
      return "raw";
  }
  return "";
}

void add_run(text out, const manifest& m) {
  const run_settings& run = m.run;
  if (run.limit) fmt::format_to(out, "limit {}\n", escape(*run.limit));
  if (run.pending_limit) fmt::format_to(out, "pending-limit {}\n", *run.pending_limit);
  if (run.halt) fmt::format_to(out, "halt {}\n", escape(*run.halt));
  if (run.output) fmt::format_to(out, "output {}\n", to_string(*run.output));
  if (run.keep_order.value_or(false)) fmt::format_to(out, "keep-order\n");
  for (const pool_settings& p : m.pools)
    fmt::format_to(out, "pool {} capacity {}\n", escape(p.name), p.capacity);
}

void add_needs(text out, const manifest& m, const manifest_job& job) {
  std::vector<std::string> names;
  for (const need& n : job.spec.needs) {
    const std::string name = escape(title(m.jobs[n.seq - 1].spec));
    names.push_back(n.on == need_on::success ? name
                                             : fmt::format("{} ({})", name, to_string(n.on)));
  }
  if (!names.empty()) fmt::format_to(out, "    needs {}\n", fmt::join(names, ", "));
}

void add_job(text out, const manifest& m, const manifest_job& job) {
  const job_spec& spec = job.spec;
  fmt::format_to(out, "{:>5}. {}\n", spec.seq, escape(title(spec)));
  if (!spec.name.empty()) fmt::format_to(out, "    {}\n", escape(command_text(spec)));
  if (!spec.settings->dir.empty()) fmt::format_to(out, "    in {}\n", escape(spec.settings->dir));
  if (const auto* file = std::get_if<file_input>(&spec.settings->input))
    fmt::format_to(out, "    reads {}\n", escape(file->path));
  if (const auto* input = std::get_if<text_input>(&spec.settings->input))
    fmt::format_to(out, "    reads {} byte{} of its own\n", input->text.size(),
                   input->text.size() == 1 ? "" : "s");
  add_needs(out, m, job);
  const auto limits = doc::words_of(*spec.settings);
  if (!limits.empty()) fmt::format_to(out, "    {}\n", fmt::join(limits, ", "));
}

// To paste into any shell: a script as it was written, if all shells read it alike.
std::string command_to_paste(const job_spec& job) {
  return text_repeats(job) ? job.text : shell_quote(job.argv);
}

// As one word of a list: a script may be several commands.
std::string command_block(const job_spec& job) {
  return text_repeats(job) ? fmt::format("{{ {}; }}", job.text) : shell_quote(job.argv);
}

struct with_input {
  const job_spec& job;
  std::string operator()(const no_input&) const { return {}; }
  std::string operator()(const inherited_input&) const { return {}; }
  std::string operator()(const file_input& f) const {
    return fmt::format("{} < {}", command_block(job), shell_quote(f.path));
  }
  std::string operator()(const text_input& t) const {
    return fmt::format("{} | {}", missing_input(t), command_block(job));
  }
};

}  // namespace

std::string missing_input(const text_input& input) {
  return fmt::format(": '{} byte{} of stdin'", input.text.size(),
                     input.text.size() == 1 ? "" : "s");
}

std::string describe_plan(const manifest& m) {
  std::string plan;
  const text out(plan);
  add_run(out, m);
  for (const manifest_job& job : m.jobs) add_job(out, m, job);
  const auto shielded = std::ranges::count_if(
      m.jobs, [](const manifest_job& job) { return job.spec.settings->shield; });
  fmt::format_to(out, "{} job{}, {} shielded\n", m.jobs.size(), m.jobs.size() == 1 ? "" : "s",
                 shielded);
  return plan;
}

std::string dry_run_line(const job_spec& job) {
  const job_settings& settings = *job.settings;
  std::string line = std::visit(with_input{job}, settings.input);
  const bool alone = line.empty();
  if (!settings.dir.empty())
    line =
        fmt::format("(cd {} && {})", shell_quote(settings.dir), alone ? command_block(job) : line);
  else if (alone)
    line = command_to_paste(job);
  if (settings.env.empty()) return line;
  std::vector<std::string_view> names;
  for (const auto& variable : settings.env) names.push_back(variable.first);
  return fmt::format("# env: {}\n{}", escape(fmt::format("{}", fmt::join(names, " "))), line);
}

}  // namespace weir
