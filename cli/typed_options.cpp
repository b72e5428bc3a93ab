#include "typed_options.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <string_view>
#include <system_error>
#include <utility>

#include <unistd.h>

#include <weir/error.hpp>
#include <weir/process_settings.hpp>

#include "blocks.hpp"
#include "command_choice.hpp"
#include "failure_options.hpp"
#include "files/terminal.hpp"
#include "gate_options.hpp"
#include "input/count.hpp"
#include "input/delimiter.hpp"
#include "input/limit.hpp"
#include "item_options.hpp"
#include "limit_file.hpp"
#include "packing.hpp"
#include "report/progress_style.hpp"
#include "report/records/formats.hpp"
#include "text/duration.hpp"
#include "text/escape.hpp"
#include "text/number.hpp"
#include "text/size.hpp"

namespace weir::cli {

namespace {

template <typename Value>
using choices = std::initializer_list<std::pair<std::string_view, Value>>;

/// Parses one of a few words.
template <typename Value>
Value parse_choice(std::string_view option, const std::string& text, choices<Value> known) {
  std::string words;
  for (std::size_t i = 0; const auto& [word, value] : known) {
    if (text == word) return value;
    if (i > 0) words += i + 1 == known.size() ? " or " : ", ";
    words += word;
    ++i;
  }
  refuse_choice(option, text, words);
}

output_mode parse_output_mode(const options& o, const typed_options& typed) {
  std::optional<std::pair<output_mode, const char*>> chosen;
  const auto choose = [&](output_mode mode, const char* option) {
    if (chosen && chosen->first != mode) o.names.refuse_both(chosen->second, option);
    chosen = {mode, option};
  };
  if (!typed.output.empty())
    choose(parse_choice<output_mode>("--output", typed.output,
                                     {{"group", output_mode::group},
                                      {"line", output_mode::line},
                                      {"raw", output_mode::raw}}),
           "--output");
  if (typed.group) choose(output_mode::group, "--group");
  if (typed.line) choose(output_mode::line, "--line-buffer");
  if (typed.raw) choose(output_mode::raw, "--ungroup");
  return chosen ? chosen->first : output_mode::group;
}

/// A shell could not refer to "$1x".
void check_variable(std::string_view option, const std::string& name) {
  const auto is_letter = [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  const auto fits = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  if (name.empty() || (is_letter(name.front()) && std::ranges::all_of(name, fits))) return;
  refuse_value(option, name, "the name of a variable",
               "letters, digits and _, not starting with a digit");
}

/// With CSV a separator is a character, and lines end as CSV defines.
void settle_csv(options& o, const typed_options& typed) {
  if (o.delimiter) o.names.refuse_both("--csv", typed.null ? "--null" : "--delimiter");
  if (!o.items.column_separator) return;
  o.items.column_separator = parse_delimiter(o.names.of("--colsep"), *o.items.column_separator);
  if (std::string_view("\"\r\n\0", 4).find(*o.items.column_separator) != std::string_view::npos)
    refuse_value("--colsep", typed.column_separator, "a CSV separator",
                 "a character other than quote, newline and NUL");
}

void settle_input(options& o, const typed_options& typed) {
  if (typed.null && !typed.delimiter.empty()) o.names.refuse_both("--null", "--delimiter");
  if (typed.null) o.delimiter = std::string(1, '\0');
  if (!typed.delimiter.empty())
    o.delimiter = parse_delimiter(o.names.of("--delimiter"), typed.delimiter);
  if (!typed.max_line.empty()) o.max_line = parse_size(o.names.of("--max-line"), typed.max_line);
  if (o.max_line == 0U) refuse_value("--max-line", typed.max_line, "a length", "at least 1");
  settle_batch(o, typed);
  settle_placeholders(o, typed);
  if (!typed.column_separator.empty()) o.items.column_separator = typed.column_separator;
  if (o.items.csv) settle_csv(o, typed);
  if (settle_blocks(o, typed)) return;
  if (!typed.header.empty()) parse_choice<bool>("--header", typed.header, {{":", true}});
  o.items.header = !typed.header.empty();
}

std::string why_not_a_file(const std::string& text) {
  std::error_code none;
  const bool exists = std::filesystem::exists(text, none);
  return exists ? ", and it is not a regular file that can be read" : ", and there is no such file";
}

/// A number, or else a file that contains one.
unsigned limit_of(options& o, const std::string& text) {
  const std::string option = o.names.of("--limit");
  if (text.empty()) return o.cpus;
  try {
    return parse_limit(option, text, o.cpus);
  } catch (const usage_error& error) {
    const auto in_file = limit_in_file(option, text, o.cpus);
    if (!in_file) throw usage_error(error.what() + why_not_a_file(text));
    o.limit_file = text;
    return *in_file;
  }
}

void settle_concurrency(options& o, const typed_options& typed, unsigned cpus) {
  o.cpus = cpus;
  const unsigned limit = limit_of(o, typed.limit);
  if (limit != no_limit) o.engine.limit = limit;
  if (!typed.jobserver.empty())
    o.tokens.made = parse_choice<jobserver_kind>(
        "--jobserver", typed.jobserver,
        {{"fifo", jobserver_kind::fifo}, {"pipe", jobserver_kind::pipe}});
  // Blocks that wait are in memory.
  if (o.blocks && !o.blocks_of_file && !o.dealing && !o.given.pending_limit)
    o.engine.pending_limit = 1;
  else
    o.engine.pending_limit = parse_count("--pending-limit", typed.pending_limit, 0, 1'000'000'000);
  if (!typed.nice.empty()) o.nice = static_cast<int>(parse_count("--nice", typed.nice, 0, 19));
  const auto open = o.job.dir.find('{');
  if (open != std::string::npos && o.job.dir.find('}', open) != std::string::npos)
    throw usage_error(o.names.of("--wd") + ": found \"" + escape(o.job.dir) +
                      "\", expected one directory for all jobs: write cd in COMMAND for others");
  if (o.job.dir == "...")
    throw usage_error(o.names.of("--wd") +
                      ": jobs run on this machine, where none needs a directory of its own: "
                      "expected DIR, or use mktemp -d in COMMAND");
  check_variable("--process-slot-var", o.dialect.slot_variable);
  if (!typed.delay.empty()) o.engine.delay = parse_duration("--delay", typed.delay);
}

/// From the environment as it is passed on to the jobs.
bool has_colours(int fd) {
  return style_from([](const char* name) { return std::getenv(name); }, is_terminal(fd)).colour;
}

void settle_jobs_terminal(options& o, const typed_options& typed) {
  if (typed.tty) {
    if (typed.pty) o.names.refuse_both("--tty", "--pty");
    if (o.given.output) o.names.refuse_both("--tty", "--output");
    make_interactive(o.job);
    o.output.mode = output_mode::raw;
  }
  if (typed.pty) {
    process_settings process;
    process.terminal = true;
    o.job.process = std::make_shared<const process_settings>(process);
  }
  if (typed.color_jobs.empty()) return;
  enum class when { never, always, automatic };
  const when wanted = parse_choice<when>(
      "--color-jobs", typed.color_jobs,
      {{"never", when::never}, {"always", when::always}, {"auto", when::automatic}});
  o.own_colours = has_colours(STDERR_FILENO);
  o.colours_jobs =
      wanted == when::always || (wanted == when::automatic && has_colours(STDOUT_FILENO));
}

void settle_output(options& o, const typed_options& typed) {
  o.output.mode = parse_output_mode(o, typed);
  settle_jobs_terminal(o, typed);
  o.output.live = runs_one_by_one(o);
  o.items.tag = {typed.tag || !typed.tag_text.empty(), typed.tag_text};
  o.output.tags = o.items.tag.wanted;
  check_output(o);
}

leftover_rule parse_leftovers(const std::string& text) {
  return parse_choice<leftover_rule>("--leftovers", text,
                                     {{"leave", leftover_rule::leave},
                                      {"end", leftover_rule::end},
                                      {"fail", leftover_rule::fail}});
}

control_group_use parse_control_groups(const std::string& text) {
  return parse_choice<control_group_use>("--cgroup", text,
                                         {{"auto", control_group_use::automatic},
                                          {"require", control_group_use::require},
                                          {"never", control_group_use::never}});
}

void settle_stopping(options& o, const typed_options& typed) {
  const auto set = [](duration& target, const char* option, const std::string& text) {
    if (!text.empty()) target = parse_duration(option, text);
  };
  set(o.engine.close_timeout, "--close-timeout", typed.close_timeout);
  if (!typed.leftovers.empty()) o.leftovers = parse_leftovers(typed.leftovers);
  if (!typed.cgroup.empty()) o.control_groups.use = parse_control_groups(typed.cgroup);
  set(o.engine.stop.wait_timeout, "--wait-timeout", typed.wait_timeout);
  set(o.engine.stop.term_timeout, "--term-timeout", typed.term_timeout);
}

std::optional<ci_kind> parse_ci(const std::string& text) {
  return parse_choice<std::optional<ci_kind>>("--ci", text,
                                              {{"auto", std::nullopt},
                                               {"github", ci_kind::github},
                                               {"gitlab", ci_kind::gitlab},
                                               {"none", ci_kind::none}});
}

void settle_progress(options& o, const typed_options& typed) {
  o.ci = parse_ci(typed.ci);
  if (typed.bar && typed.no_progress) o.names.refuse_both("--bar", "--no-progress");
  const bool twice = o.quiet > 1 && o.names.of("--quiet") == "-q";
  const char* const quiet = twice ? "-qq" : "--quiet";
  if (typed.bar && o.quiet > 0) o.names.refuse_both(quiet, "--bar");
  if (o.summary && o.quiet > 0) o.names.refuse_both(quiet, "--summary");
  if (typed.bar) o.progress = progress_when::always;
  if (typed.no_progress || o.quiet > 0) o.progress = progress_when::never;
}

void settle_journal(options& o, const typed_options& typed) {
  journal_options& j = o.journal;
  if (!typed.journal.empty() && !typed.resume.empty() && typed.journal != typed.resume)
    throw usage_error("--journal and --resume: a resumed run continues in the same file");
  j.resume = !typed.resume.empty();
  j.path = j.resume ? typed.resume : typed.journal;
  const auto needs = [](bool given, bool there, const char* option, const char* other) {
    if (given && !there) throw usage_error(std::string(option) + ": needs " + other);
  };
  needs(typed.resume_failed, j.resume, "--resume-failed", "--resume FILE");
  needs(!typed.unfinished.empty(), j.resume, "--unfinished", "--resume FILE");
  needs(!typed.sync.empty(), !j.path.empty(), "--sync", "--journal FILE or --resume FILE");
  j.settings.failed_again = typed.resume_failed;
  if (!typed.unfinished.empty())
    j.settings.unfinished_again =
        parse_choice<bool>("--unfinished", typed.unfinished, {{"again", true}, {"skip", false}});
  if (!typed.sync.empty())
    j.sync = parse_choice<journal_sync>("--sync", typed.sync,
                                        {{"each", journal_sync::each},
                                         {"batch", journal_sync::batch},
                                         {"none", journal_sync::none}});
}

void settle_records(options& o, const typed_options& typed) {
  for (const record_format* format : record_formats()) {
    const auto given = typed.records.find(format->option);
    if (given == typed.records.end() || given->second.empty()) continue;
    o.items.keep_item = o.items.keep_item || format->wants_item;
    o.records.push_back({format, given->second});
  }
  if (!typed.shard.empty() && !shards_lines(typed)) o.part = parse_shard("--shard", typed.shard);
  if (o.part && (typed.pipe || typed.pipepart))
    throw usage_error("--shard " + typed.shard +
                      ": cannot be combined with --pipe or --pipepart: "
                      "all blocks have the same command line, and would be in one part");
  if (!typed.junit_suite.empty()) o.junit_suite = typed.junit_suite;
  const auto is_junit = [](const record_request& r) { return r.format->option == "--junit"; };
  if (!typed.junit_suite.empty() && std::ranges::none_of(o.records, is_junit))
    throw usage_error("--junit-suite: needs --junit FILE");
  check_output(o);
}

}  // namespace

void check_output(const options& o) {
  if (o.output.mode != output_mode::raw) return;
  const auto refuse = [&](bool given, std::string_view option) {
    if (given)
      throw usage_error(o.names.of(option) +
                        ": raw output is not captured: expected --output group or line");
  };
  for (const record_request& each : o.records)
    refuse(each.format->wants_output, each.format->option);
  refuse(o.items.tag.wanted, o.items.tag.text.empty() ? "--tag" : "--tagstring");
  refuse(o.output.keep_order, "--keep-order");
  refuse(o.output.final_newline, "--final-newline");
  refuse(o.job.process && o.job.process->terminal, "--pty");
}

void settle(options& o, const typed_options& typed, unsigned cpus, std::vector<std::string> words) {
  settle_input(o, typed);
  settle_concurrency(o, typed, cpus);
  settle_packing(o, typed);
  settle_shuffle(o, typed);
  settle_gates(o, typed);
  settle_output(o, typed);
  settle_failure(o, typed);
  settle_stopping(o, typed);
  settle_progress(o, typed);
  settle_journal(o, typed);
  settle_records(o, typed);
  settle_cluster(o, typed);
  settle_command(o, typed, std::move(words));
}

}  // namespace weir::cli
