#include "typed_options.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <weir/error.hpp>

#include "forgotten_file.hpp"
#include "input/count.hpp"
#include "input/delimiter.hpp"
#include "input/duration.hpp"
#include "input/escape.hpp"
#include "input/limit.hpp"
#include "input/size.hpp"
#include "report/records/formats.hpp"

namespace weir::cli {

namespace {

constexpr unsigned most_retries = 1'000'000;

output_mode parse_output_mode(const typed_options& typed) {
  constexpr std::array<std::pair<const char*, output_mode>, 3> modes{
      {{"group", output_mode::group}, {"line", output_mode::line}, {"raw", output_mode::raw}}};
  std::optional<output_mode> chosen;
  const auto choose = [&](output_mode mode) {
    if (chosen && *chosen != mode)
      throw usage_error("--output: more than one of group, line and raw was asked for");
    chosen = mode;
  };
  if (!typed.output.empty()) {
    const auto place = std::find_if(modes.begin(), modes.end(),
                                    [&](const auto& mode) { return typed.output == mode.first; });
    if (place == modes.end())
      throw usage_error("--output: \"" + escape(typed.output) +
                        "\" is not a mode: expected group, line or raw");
    choose(place->second);
  }
  if (typed.group) choose(output_mode::group);
  if (typed.line) choose(output_mode::line);
  if (typed.raw) choose(output_mode::raw);
  return chosen.value_or(output_mode::group);
}

void settle_input(options& o, const typed_options& typed) {
  if (typed.null && !typed.delimiter.empty())
    throw usage_error("--null and --delimiter: only one of them can be given");
  if (typed.null) o.delimiter = std::string(1, '\0');
  if (!typed.delimiter.empty()) o.delimiter = parse_delimiter("--delimiter", typed.delimiter);
  o.max_line = parse_size("--max-line", typed.max_line);
  if (o.max_line == 0) throw usage_error("--max-line: 0 is too small: expected at least 1");
  if (!typed.max_args.empty())
    o.items.max_args = parse_count("--max-args", typed.max_args, 1, 1'000'000'000);
  if (!typed.column_separator.empty()) o.items.column_separator = typed.column_separator;
  if (!typed.header.empty() && typed.header != ":")
    throw usage_error("--header: \"" + escape(typed.header) + "\" is not known: expected :");
  o.items.header = !typed.header.empty();
}

void settle_concurrency(options& o, const typed_options& typed, unsigned cpus) {
  o.cpus = cpus;
  const unsigned limit = typed.limit.empty() ? cpus : parse_limit("--limit", typed.limit, cpus);
  if (limit != no_limit) o.engine.limit = limit;
  o.engine.pending_limit = parse_count("--pending-limit", typed.pending_limit, 0, 1'000'000'000);
  if (!typed.delay.empty()) o.engine.delay = parse_duration("--delay", typed.delay);
}

void settle_output(options& o, const typed_options& typed) {
  o.output.mode = parse_output_mode(typed);
  o.output.live = o.engine.limit == 1u;
  o.items.tag = {typed.tag || !typed.tag_text.empty(), typed.tag_text};
  check_output(o);
}

void settle_failure(options& o, const typed_options& typed) {
  if (!typed.halt.empty()) o.engine.halt = parse_halt("--halt", typed.halt);
  if (!typed.retries.empty())
    // GNU parallel counts all tries; 0 and 1 both mean one.
    o.job.retry.times = static_cast<unsigned>(std::max<std::uint64_t>(
                            parse_count("--retries", typed.retries, 0, most_retries), 1)) -
                        1;
  if (typed.timeout.empty()) return;
  const timeout_value timeout = parse_timeout("--timeout", typed.timeout);
  if (const auto* fixed = std::get_if<std::chrono::nanoseconds>(&timeout)) {
    if (*fixed > duration{}) o.job.timeout = *fixed;
  } else {
    o.engine.relative_timeout = std::get<percent_of_median>(timeout).percent / 100;
  }
}

void settle_stopping(options& o, const typed_options& typed) {
  const auto set = [](duration& target, const char* option, const std::string& text) {
    if (!text.empty()) target = parse_duration(option, text);
  };
  set(o.engine.close_timeout, "--close-timeout", typed.close_timeout);
  set(o.engine.stop.wait_timeout, "--wait-timeout", typed.wait_timeout);
  set(o.engine.stop.term_timeout, "--term-timeout", typed.term_timeout);
}

std::optional<ci_kind> parse_ci(const std::string& text) {
  if (text == "auto") return std::nullopt;
  if (text == "none") return ci_kind::none;
  if (text == "github") return ci_kind::github;
  if (text == "gitlab") return ci_kind::gitlab;
  throw usage_error("--ci: \"" + escape(text) +
                    "\" is not known: expected auto, github, gitlab or none");
}

void settle_progress(options& o, const typed_options& typed) {
  o.ci = parse_ci(typed.ci);
  if (typed.bar && typed.no_progress)
    throw usage_error("--progress and --no-progress: only one of them can be given");
  if (typed.bar) o.progress = progress_when::always;
  if (typed.no_progress || o.quiet) o.progress = progress_when::never;
}

void settle_manifest(options& o, const typed_options& typed, std::vector<std::string> words) {
  manifest_options& m = o.manifest;
  const auto refuse = [](bool given, const char* option) {
    if (given)
      throw usage_error(std::string(option) +
                        ": cannot be combined with --file: a manifest has its own jobs");
  };
  refuse(!o.arg_files.empty(), "--arg-file");
  refuse(o.delimiter.has_value(), "--delimiter");
  refuse(o.items.max_args > 0, "--max-args");
  refuse(o.items.column_separator.has_value(), "--colsep");
  refuse(o.items.header, "--header");
  if (!o.shell.empty())
    throw usage_error("--shell: cannot be combined with --file: [run] shell says it there");
  if (typed.format == "toml")
    m.format = manifest_format::toml;
  else if (typed.format == "jsonl")
    m.format = manifest_format::jsonl;
  else if (!typed.format.empty())
    throw usage_error("--format: \"" + escape(typed.format) +
                      "\" is not a format: expected toml or jsonl");
  for (const auto& word : words) {
    if (word.starts_with(":::")) refuse(true, "\":::\"");
    if (word.starts_with("-"))
      throw usage_error(escape(word) + ": expected the name of a job; options come before names");
  }
  m.names = std::move(words);
}

/// Options that mean nothing without a manifest.
void refuse_manifest_options(const options& o, const typed_options& typed) {
  const manifest_options& m = o.manifest;
  const auto refuse = [](bool given, const char* option) {
    if (given) throw usage_error(std::string(option) + ": needs --file MANIFEST");
  };
  refuse(!typed.format.empty(), "--format");
  refuse(!m.only.empty(), "--only");
  refuse(!m.except.empty(), "--except");
  refuse(m.check, "--check");
  refuse(m.graph, "--graph");
}

void settle_command(options& o, const typed_options& typed, std::vector<std::string> words) {
  if (!o.manifest.file.empty()) return settle_manifest(o, typed, std::move(words));
  refuse_manifest_options(o, typed);
  command_and_inputs parsed = parse_command(std::move(words));
  o.items.command = std::move(parsed.command);
  o.inputs = std::move(parsed.inputs);
  refuse_forgotten_file(o, typed.apart);
  if (o.shell.empty()) o.shell = "/bin/sh";
  o.items.options.shell = o.shell;
  // The second reader would find nothing, without a word.
  if (const auto uses = uses_of_stdin(o); uses > 1)
    throw usage_error("\"-\": stdin can be read once, and is named " + std::to_string(uses) +
                      " times");
  if (!o.inputs.empty() && !o.arg_files.empty())
    throw usage_error("--arg-file: cannot be combined with ::: and ::::; use :::: FILE");
  if (!o.items.command.empty()) return;
  if (!o.inputs.empty()) {
    // As for GNU parallel, items without a command are command lines.
    return;
  }
  const auto needs_command = [](bool given, const char* option) {
    if (given) throw usage_error(std::string(option) + ": needs a COMMAND to fill items into");
  };
  needs_command(o.items.max_args > 0, "--max-args");
  needs_command(o.items.column_separator.has_value(), "--colsep");
  needs_command(o.items.header, "--header");
}

void settle_journal(options& o, const typed_options& typed) {
  journal_options& j = o.journal;
  if (!typed.journal.empty() && !typed.resume.empty() && typed.journal != typed.resume)
    throw usage_error("--journal and --resume: a resumed run goes on in the same file");
  j.resume = !typed.resume.empty();
  j.path = j.resume ? typed.resume : typed.journal;
  const auto needs = [](bool given, bool there, const char* option, const char* other) {
    if (given && !there) throw usage_error(std::string(option) + ": needs " + other);
  };
  needs(typed.resume_failed, j.resume, "--resume-failed", "--resume FILE");
  needs(!typed.unfinished.empty(), j.resume, "--unfinished", "--resume FILE");
  needs(!typed.sync.empty(), !j.path.empty(), "--sync", "--journal FILE or --resume FILE");
  j.settings.failed_again = typed.resume_failed;
  if (typed.unfinished == "skip")
    j.settings.unfinished_again = false;
  else if (!typed.unfinished.empty() && typed.unfinished != "again")
    throw usage_error("--unfinished: \"" + escape(typed.unfinished) +
                      "\" is not known: expected again or skip");
  if (typed.sync == "each")
    j.sync = journal_sync::each;
  else if (typed.sync == "none")
    j.sync = journal_sync::none;
  else if (!typed.sync.empty() && typed.sync != "batch")
    throw usage_error("--sync: \"" + escape(typed.sync) +
                      "\" is not known: expected each, batch or none");
}

void settle_records(options& o, const typed_options& typed) {
  for (const record_format* format : record_formats()) {
    const auto given = typed.records.find(format->option);
    if (given == typed.records.end() || given->second.empty()) continue;
    o.items.keep_item = o.items.keep_item || format->wants_item;
    o.records.push_back({format, given->second});
  }
  check_output(o);
}

}  // namespace

void check_output(const options& o) {
  if (o.output.mode != output_mode::raw) return;
  const auto refuse = [](bool given, std::string_view option) {
    if (given)
      throw usage_error(std::string(option) +
                        ": raw output is not captured: expected --output group or line");
  };
  for (const record_request& each : o.records)
    refuse(each.format->wants_output, each.format->option);
  refuse(o.items.tag.wanted, "--tag");
  refuse(o.output.keep_order, "--keep-order");
  refuse(o.output.final_newline, "--final-newline");
}

void settle(options& o, const typed_options& typed, unsigned cpus, std::vector<std::string> words) {
  settle_input(o, typed);
  settle_concurrency(o, typed, cpus);
  settle_output(o, typed);
  settle_failure(o, typed);
  settle_stopping(o, typed);
  settle_progress(o, typed);
  settle_journal(o, typed);
  settle_records(o, typed);
  settle_command(o, typed, std::move(words));
}

}  // namespace weir::cli
