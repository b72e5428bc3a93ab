#include "input/manifest/plan.hpp"

#include <algorithm>
#include <iterator>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <weir/outcome.hpp>

#include "input/manifest/need_choice.hpp"
#include "input/manifest/setting_table.hpp"
#include "input/pasted_line.hpp"
#include "input/portable_script.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

using text = std::back_insert_iterator<std::string>;

std::string_view word_of(output_mode mode) {
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
  if (run.output) fmt::format_to(out, "output {}\n", word_of(*run.output));
  if (run.keep_order.value_or(false)) fmt::format_to(out, "keep-order\n");
  for (const std::string& where : run.on) fmt::format_to(out, "on {}\n", escape(where));
  for (const pool_settings& p : m.pools)
    fmt::format_to(out, "pool {} capacity {}\n", escape(p.name), p.capacity);
}

void add_needs(text out, const manifest& m, const manifest_job& job) {
  const auto shown = [&m](const need& n) {
    const std::string name = escape(title(m.jobs[n.seq - 1].spec));
    return n.on == need_on::success ? name : fmt::format("{} ({})", name, to_string(n.on));
  };
  std::vector<std::string> all;
  std::vector<std::string> choice;
  for (std::span needs(job.spec.needs); !needs.empty(); needs = needs.subspan(choice.size())) {
    choice.clear();
    std::ranges::transform(first_choice(needs), std::back_inserter(choice), shown);
    std::string words = fmt::format("{}", fmt::join(choice, " or "));
    // One job may be needed by its own name and by its matrix's.
    if (std::ranges::find(all, words) == all.end()) all.push_back(std::move(words));
  }
  if (!all.empty()) fmt::format_to(out, "    needs {}\n", fmt::join(all, ", "));
}

/// A line of a multi-line script, which may have tabs. printf prints what cannot be shown.
std::string shown_line(std::string_view line) {
  std::string without_tabs(line);
  std::erase(without_tabs, '\t');
  return is_showable(without_tabs, true) ? std::string(line) : pasted_line(line, true);
}

/// A newline shown as \n could not be told from the \n of a printf.
void add_script(text out, std::string_view first, std::string_view next, std::string_view script) {
  if (script.ends_with('\n')) script.remove_suffix(1);
  if (script.find('\n') == std::string_view::npos) {
    fmt::format_to(out, "{}{}\n", first, escape(script));
    return;
  }
  for (std::string_view indent = first; !script.empty(); indent = next) {
    const std::string_view line = script.substr(0, script.find('\n'));
    fmt::format_to(out, "{}{}\n", indent, shown_line(line));
    script.remove_prefix(std::min(line.size() + 1, script.size()));
  }
}

void add_command(text out, const job_spec& job) {
  const std::string script = command_text(job);
  const std::string number = fmt::format("{:>5}. ", job.seq);
  if (job.name.empty()) return add_script(out, number, "     | ", script);
  const bool several = script.find('\n') < script.size() - 1;
  fmt::format_to(out, "{}{}\n", number, escape(job.name));
  add_script(out, several ? "    | " : "    ", "    | ", script);
}

void add_job(text out, const manifest& m, const manifest_job& job) {
  const job_spec& spec = job.spec;
  add_command(out, spec);
  if (!spec.settings->dir.empty()) fmt::format_to(out, "    in {}\n", escape(spec.settings->dir));
  if (const auto* file = std::get_if<file_input>(&spec.settings->input))
    fmt::format_to(out, "    reads {}\n", escape(file->path));
  if (const auto* input = std::get_if<text_input>(&spec.settings->input))
    fmt::format_to(out, "    reads {} byte{} of its own\n", input->text.size(),
                   input->text.size() == 1 ? "" : "s");
  if (const auto* block = std::get_if<block_input>(&spec.settings->input))
    fmt::format_to(out, "    reads {} bytes at {} of {}\n", block->to - block->from, block->from,
                   escape(block->file));
  add_needs(out, m, job);
  const auto limits = doc::words_of(*spec.settings);
  if (!limits.empty()) fmt::format_to(out, "    {}\n", fmt::join(limits, ", "));
}

std::string quoted_arguments(const job_spec& job) {
  argument_list readable;
  for (const std::string& word : readable_arguments(job, job.argv)) readable.push_back(word);
  return shell_quote(readable);
}

// To paste into any shell: a script as written if all shells read it alike.
std::string command_to_paste(const job_spec& job) {
  return text_repeats(job) ? job.text : quoted_arguments(job);
}

// As one element of a pipeline or list: a script may be several commands.
std::string command_block(const job_spec& job) {
  return text_repeats(job) ? fmt::format("{{ {}; }}", job.text) : quoted_arguments(job);
}

struct with_input {
  const job_spec& job;
  std::string operator()(const no_input&) const { return {}; }
  std::string operator()(const inherited_input&) const { return {}; }
  std::string operator()(const file_input& f) const {
    return fmt::format("{} < {}", command_block(job), shell_quote(f.path));
  }
  std::string operator()(const text_input& t) const {
    return fmt::format("{} | {}", missing_input(t.text.size()), command_block(job));
  }
  std::string operator()(const block_input& b) const {
    return fmt::format("{} | {}", again(b), command_block(job));
  }
  std::string operator()(const stream_input&) const {
    return fmt::format("{} | {}", missing_share(), command_block(job));
  }
};

}  // namespace

std::string missing_input(std::size_t bytes) {
  return fmt::format(": '{} byte{} of stdin'", bytes, bytes == 1 ? "" : "s");
}

std::string missing_share() {
  return ": 'a share of stdin'";
}

std::string again(const block_input& block) {
  if (block.file.empty()) return missing_input(block.bytes.size());
  const std::string file = shell_quote(block.file);
  const std::string range =
      fmt::format("tail -c +{} {} | head -c {}", block.from + 1, file, block.to - block.from);
  if (block.bytes.empty()) return range;
  return fmt::format("{{ head -c {} {}; {}; }}", block.bytes.size(), file, range);
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
    line = fmt::format("({} && {})", cd_command(settings.dir, shell_quote(settings.dir)),
                       alone ? command_block(job) : line);
  else if (alone)
    line = command_to_paste(job);
  std::string comments;
  if (const auto beside = doc::words_beside_command(settings); !beside.empty())
    comments = fmt::format("# {}\n", fmt::join(beside, ", "));
  if (settings.env.empty()) return comments + line;
  std::vector<std::string_view> names;
  for (const auto& variable : settings.env) names.push_back(variable.first);
  return fmt::format("{}# env: {}\n{}", comments, escape(fmt::format("{}", fmt::join(names, " "))),
                     line);
}

}  // namespace weir
