#include "options.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <string_view>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <weir/error.hpp>
#include <weir/version.hpp>

#include "input/count.hpp"
#include "input/duration.hpp"
#include "input/escape.hpp"
#include "input/limit.hpp"
#include "input/manifest/manifest.hpp"
#include "input/near_name.hpp"
#include "input/size.hpp"

namespace weir::cli {

namespace {

constexpr unsigned most_retries = 1'000'000;

/// The words as typed; what they mean is decided when all are known.
struct raw_options {
  std::string delimiter, max_line = "16M", max_args, column_separator, header;
  std::string limit, pending_limit = "10000", delay;
  std::string output, tag_text;
  std::string progress;
  std::string halt, retries, timeout;
  std::string close_timeout, wait_timeout, term_timeout;
  std::string format;
  bool null = false, group = false, line = false, raw = false, tag = false, bar = false,
       no_progress = false, schema = false;
};

/// "Usage: ..." of our own, and options in two columns that fit 80 cells.
class help_formatter final : public CLI::Formatter {
 public:
  help_formatter() { column_width(28); }

  std::string make_usage(const CLI::App*, std::string) const override {
    return "Usage: weir [OPTIONS] COMMAND [ARG...] [::: ITEM...]   one job for each item\n"
           "       weir [OPTIONS] COMMAND [ARG...] < items         one job for each line\n"
           "       weir [OPTIONS] < commands                       each line is a command line\n"
           "       weir [OPTIONS] --file MANIFEST [NAME...]        named jobs that need each "
           "other\n";
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    return option->get_type_size() == 0 ? "" : ' ' + option->get_type_name();
  }
};

constexpr const char* footer =
    "Placeholders in COMMAND and its ARGs:\n"
    "  {} item  {.} without extension  {/} base name  {//} directory  {/.} both\n"
    "  {#} job number  {%} slot  {1} {2.} {-1/} column or source  {NAME} with --header\n"
    "Without any, the item is the last argument. One word with shell syntax is a script for\n"
    "/bin/sh; items are passed to it as data and never parsed as code.\n"
    "\n"
    "Inputs after the command: ::: ITEM...  :::: FILE...  with + paired with the one before.\n"
    "\n"
    "Exit status: 0 all jobs succeeded, 1 some failed, 2 usage, 3 input or output failed,\n"
    "4 gave up on processes that would not die, 128+N stopped by signal N.\n"
    "More: man weir";

void add_input_options(CLI::App& app, options& o, raw_options& raw) {
  const auto group = [](CLI::Option* option) { return option->group("Input"); };
  group(app.add_option("-a,--arg-file", o.arg_files, "Read items from FILE (- is stdin)"))
      ->type_name("FILE")
      ->take_all()
      ->allow_extra_args(false);
  group(app.add_flag("-0,--null", raw.null, "Items end with NUL, as find -print0 writes them"));
  group(app.add_option("-d,--delimiter", raw.delimiter, "Items end with this character"))
      ->type_name("C");
  group(app.add_option("-n,--max-args", raw.max_args, "N items for each command line"))
      ->type_name("N");
  group(app.add_option("--colsep", raw.column_separator,
                       "Split each line into columns {1} {2} at REGEX"))
      ->type_name("REGEX");
  group(app.add_option("--header", raw.header,
                       "With ':' the first line or item names its column: {name}"))
      ->type_name(":");
  group(app.add_option("--shell", o.shell, "Runs scripts, as PATH -c SCRIPT"))
      ->type_name("PATH")
      ->capture_default_str();
  group(app.add_option("--max-line", raw.max_line, "Refuse longer lines"))
      ->type_name("SIZE")
      ->capture_default_str();
}

void add_manifest_options(CLI::App& app, options& o, raw_options& raw) {
  const auto group = [](CLI::Option* option) { return option->group("Manifest"); };
  manifest_options& m = o.manifest;
  group(app.add_option("--file", m.file,
                       "Run the jobs of a TOML or JSON Lines manifest (- is stdin)"))
      ->type_name("FILE");
  group(app.add_option("--format", raw.format, "toml or jsonl (default: by the file's ending)"))
      ->type_name("FORMAT");
  group(app.add_option("--only", m.only, "Only the jobs whose names match PATTERN (*, ?, [a-z])"))
      ->type_name("PATTERN")
      ->take_all()
      ->allow_extra_args(false);
  group(app.add_option("--except", m.except, "Not the jobs whose names match PATTERN"))
      ->type_name("PATTERN")
      ->take_all()
      ->allow_extra_args(false);
  group(app.add_option("--durations", m.durations,
                       "Learn from FILE what takes long, to start it first; updated at the end"))
      ->type_name("FILE");
  group(app.add_flag("--check", m.check, "Check the manifest and print the plan, run nothing"));
  group(app.add_flag("--graph", m.graph, "Print what needs what as Graphviz DOT, run nothing"));
  group(app.add_flag("--schema", raw.schema, "Print the JSON Schema of manifests, for editors"));
}

void add_concurrency_options(CLI::App& app, raw_options& raw) {
  const auto group = [](CLI::Option* option) { return option->group("Concurrency"); };
  group(app.add_option("-j,--limit,--jobs", raw.limit,
                       "Jobs at once: N, N% of the CPUs, +N, -N, 0 for no limit (default: CPUs)"))
      ->type_name("N");
  group(app.add_option("--pending-limit", raw.pending_limit,
                       "Jobs read ahead and waiting; reading pauses there"))
      ->type_name("N")
      ->capture_default_str();
  group(app.add_option("--delay", raw.delay, "Between two starts, at least"))->type_name("TIME");
}

void add_output_options(CLI::App& app, options& o, raw_options& raw) {
  const auto group = [](CLI::Option* option) { return option->group("Output"); };
  group(app.add_option("--output", raw.output,
                       "group: each job's output in one piece (default); line: lines as they "
                       "come; raw: not captured"))
      ->type_name("MODE");
  group(app.add_flag("--group", raw.group, "Same as --output group"));
  group(app.add_flag("--lb,--line-buffer", raw.line, "Same as --output line"));
  group(app.add_flag("-u,--ungroup,--raw", raw.raw, "Same as --output raw"));
  group(app.add_flag("-k,--keep-order", o.output.keep_order,
                     "Output in the order of the input; the first running job's is live"));
  group(app.add_flag("--tag", raw.tag, "Start each line of output with the item and a TAB"));
  group(app.add_option("--tagstring", raw.tag_text, "The same with STR, which has placeholders"))
      ->type_name("STR");
  group(app.add_flag("--final-newline", o.output.final_newline,
                     "Add a newline where a job's output ends without one"));
}

void add_progress_options(CLI::App& app, options& o, raw_options& raw) {
  const auto group = [](CLI::Option* option) { return option->group("Progress"); };
  group(app.add_flag("--bar,--eta,--progress", raw.bar,
                     "Show progress even in a short run (default: on a terminal)"));
  group(app.add_flag("--no-progress", raw.no_progress, "Show no progress"));
  group(app.add_flag("--summary", o.summary, "Print the summary even when all went well"));
  group(app.add_flag("-q,--quiet", o.quiet, "No progress, no summary"));
  group(app.add_flag("-t,--verbose", o.echo, "Print each command line to stderr as it starts"));
}

void add_failure_options(CLI::App& app, raw_options& raw) {
  const auto group = [](CLI::Option* option) { return option->group("Failure"); };
  group(app.add_option("--halt", raw.halt, "Stop early: never, or now|soon,fail|success|done=N|N%"))
      ->type_name("WHEN");
  group(app.add_option("--retries", raw.retries, "Try a failing job N times in all"))
      ->type_name("N");
  group(app.add_option("--timeout", raw.timeout,
                       "End a job after TIME (10s, 1m30s) or N% of the median run time"))
      ->type_name("TIME");
}

void add_stopping_options(CLI::App& app, options& o, raw_options& raw) {
  const auto group = [](CLI::Option* option) { return option->group("Stopping"); };
  group(app.add_flag("--shield", o.job.shield,
                     "Ctrl-C waits for running jobs instead of ending them at once"));
  group(app.add_option("--close-timeout", raw.close_timeout,
                       "From TERM to KILL when a job is ended (default: 10s)"))
      ->type_name("TIME");
  group(app.add_option("--wait-timeout", raw.wait_timeout,
                       "For shielded jobs after Ctrl-C (default: 60s)"))
      ->type_name("TIME");
  group(app.add_option("--term-timeout", raw.term_timeout,
                       "The same after TERM or HUP (default: 5s)"))
      ->type_name("TIME");
}

void add_advanced_options(CLI::App& app, options& o) {
  const auto group = [](CLI::Option* option) { return option->group("Advanced"); };
  group(app.add_flag("--dry-run", o.dry_run, "Print the command lines, run nothing"));
  group(app.set_version_flag("--version", "weir " + std::string(version)));
  group(app.set_help_flag("-h,--help", "Print this help"));
}

/// One character, or \n, \t, \r, \0, \\, \xHH.
char parse_delimiter(const std::string& text) {
  if (text.size() == 1) return text[0];
  if (text.size() >= 2 && text[0] == '\\') {
    constexpr std::array<std::pair<char, char>, 5> named{
        {{'n', '\n'}, {'t', '\t'}, {'r', '\r'}, {'0', '\0'}, {'\\', '\\'}}};
    for (const auto& [letter, byte] : named)
      if (text.size() == 2 && text[1] == letter) return byte;
    const auto is_hex = [](unsigned char c) { return std::isxdigit(c) != 0; };
    if (text[1] == 'x' && text.size() <= 4 && text.size() > 2 &&
        std::all_of(text.begin() + 2, text.end(), is_hex))
      return static_cast<char>(std::stoi(text.substr(2), nullptr, 16));
  }
  throw usage_error("--delimiter: \"" + escape(text) +
                    "\" is not a delimiter: expected one byte, or \\n, \\t, \\r, \\0, \\xHH");
}

output_mode parse_output_mode(const raw_options& raw) {
  constexpr std::array<std::pair<const char*, output_mode>, 3> modes{
      {{"group", output_mode::group}, {"line", output_mode::line}, {"raw", output_mode::raw}}};
  std::optional<output_mode> chosen;
  const auto choose = [&](output_mode mode) {
    if (chosen && *chosen != mode)
      throw usage_error("--output: more than one of group, line and raw was asked for");
    chosen = mode;
  };
  if (!raw.output.empty()) {
    const auto place = std::find_if(modes.begin(), modes.end(),
                                    [&](const auto& mode) { return raw.output == mode.first; });
    if (place == modes.end())
      throw usage_error("--output: \"" + escape(raw.output) +
                        "\" is not a mode: expected group, line or raw");
    choose(place->second);
  }
  if (raw.group) choose(output_mode::group);
  if (raw.line) choose(output_mode::line);
  if (raw.raw) choose(output_mode::raw);
  return chosen.value_or(output_mode::group);
}

void settle_input(options& o, const raw_options& raw) {
  if (raw.null && !raw.delimiter.empty())
    throw usage_error("--null and --delimiter: only one of them can be given");
  if (raw.null) o.delimiter = '\0';
  if (!raw.delimiter.empty()) o.delimiter = parse_delimiter(raw.delimiter);
  o.max_line = parse_size("--max-line", raw.max_line);
  if (o.max_line == 0) throw usage_error("--max-line: 0 is too small: expected at least 1");
  if (!raw.max_args.empty())
    o.items.max_args = parse_count("--max-args", raw.max_args, 1, 1'000'000'000);
  if (!raw.column_separator.empty()) o.items.column_separator = raw.column_separator;
  if (!raw.header.empty() && raw.header != ":")
    throw usage_error("--header: \"" + escape(raw.header) + "\" is not known: expected :");
  o.items.header = !raw.header.empty();
}

void settle_concurrency(options& o, const raw_options& raw, unsigned cpus) {
  o.cpus = cpus;
  const unsigned limit = raw.limit.empty() ? cpus : parse_limit("--limit", raw.limit, cpus);
  if (limit != no_limit) o.engine.limit = limit;
  o.engine.pending_limit = parse_count("--pending-limit", raw.pending_limit, 0, 1'000'000'000);
  if (!raw.delay.empty()) o.engine.delay = parse_duration("--delay", raw.delay);
}

void settle_output(options& o, const raw_options& raw) {
  o.output.mode = parse_output_mode(raw);
  o.output.live = o.engine.limit == 1u;
  o.items.tag = {raw.tag || !raw.tag_text.empty(), raw.tag_text};
  check_output(o);
}

void settle_failure(options& o, const raw_options& raw) {
  if (!raw.halt.empty()) o.engine.halt = parse_halt("--halt", raw.halt);
  if (!raw.retries.empty())
    // GNU parallel counts all tries; 0 and 1 both mean one.
    o.job.retry.times = static_cast<unsigned>(std::max<std::uint64_t>(
                            parse_count("--retries", raw.retries, 0, most_retries), 1)) -
                        1;
  if (raw.timeout.empty()) return;
  const timeout_value timeout = parse_timeout("--timeout", raw.timeout);
  if (const auto* fixed = std::get_if<std::chrono::nanoseconds>(&timeout)) {
    if (*fixed > duration{}) o.job.timeout = *fixed;
  } else {
    o.engine.relative_timeout = std::get<percent_of_median>(timeout).percent / 100;
  }
}

void settle_stopping(options& o, const raw_options& raw) {
  const auto set = [](duration& target, const char* option, const std::string& text) {
    if (!text.empty()) target = parse_duration(option, text);
  };
  set(o.engine.close_timeout, "--close-timeout", raw.close_timeout);
  set(o.engine.stop.wait_timeout, "--wait-timeout", raw.wait_timeout);
  set(o.engine.stop.term_timeout, "--term-timeout", raw.term_timeout);
}

void settle_progress(options& o, const raw_options& raw) {
  if (raw.bar && raw.no_progress)
    throw usage_error("--progress and --no-progress: only one of them can be given");
  if (raw.bar) o.progress = progress_when::always;
  if (raw.no_progress || o.quiet) o.progress = progress_when::never;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

/// What the parser did not take: the command, or an option that does not exist.
std::vector<std::string> command_words(const CLI::App& app) {
  std::vector<std::string> words = app.remaining();
  if (words.empty()) return words;
  if (words.front() == "--") {
    words.erase(words.begin());
    return words;
  }
  if (words.front().size() < 2 || words.front()[0] != '-') return words;
  const std::string unknown = words.front().substr(0, words.front().find('='));
  std::string message = escape(unknown) + ": unknown option";
  const auto names = option_names(app);
  if (const auto near = near_name(unknown, names))
    message += "; did you mean " + std::string(*near) + "?";
  throw usage_error(message + " (see weir --help)");
}

void settle_manifest(options& o, const raw_options& raw, std::vector<std::string> words) {
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
  if (raw.format == "toml")
    m.format = manifest_format::toml;
  else if (raw.format == "jsonl")
    m.format = manifest_format::jsonl;
  else if (!raw.format.empty())
    throw usage_error("--format: \"" + escape(raw.format) +
                      "\" is not a format: expected toml or jsonl");
  for (const auto& word : words)
    if (word.starts_with(":::")) refuse(true, "\":::\"");
  m.names = std::move(words);
}

/// Options that mean nothing without a manifest.
void refuse_manifest_options(const options& o, const raw_options& raw) {
  const manifest_options& m = o.manifest;
  const auto refuse = [](bool given, const char* option) {
    if (given) throw usage_error(std::string(option) + ": needs --file MANIFEST");
  };
  refuse(!raw.format.empty(), "--format");
  refuse(!m.only.empty(), "--only");
  refuse(!m.except.empty(), "--except");
  refuse(!m.durations.empty(), "--durations");
  refuse(m.check, "--check");
  refuse(m.graph, "--graph");
}

void settle_command(options& o, const raw_options& raw, const CLI::App& app) {
  if (!o.manifest.file.empty()) return settle_manifest(o, raw, command_words(app));
  refuse_manifest_options(o, raw);
  command_and_inputs parsed = parse_command(command_words(app));
  o.items.command = std::move(parsed.command);
  o.inputs = std::move(parsed.inputs);
  o.items.options.shell = o.shell;
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

}  // namespace

void check_output(const options& o) {
  if (o.output.mode != output_mode::raw) return;
  const auto refuse = [](bool given, const char* option) {
    if (given)
      throw usage_error(std::string(option) +
                        ": raw output is not captured: expected --output group or line");
  };
  refuse(o.items.tag.wanted, "--tag");
  refuse(o.output.keep_order, "--keep-order");
  refuse(o.output.final_newline, "--final-newline");
}

options parse_options(int argc, const char* const* argv, unsigned cpus) {
  options o;
  raw_options raw;
  CLI::App app;
  app.name("weir");
  app.description("Runs many command lines at once, bounded and drained.");
  app.formatter(std::make_shared<help_formatter>());
  app.footer(footer);
  app.prefix_command();
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  add_input_options(app, o, raw);
  add_manifest_options(app, o, raw);
  add_concurrency_options(app, raw);
  add_output_options(app, o, raw);
  add_progress_options(app, o, raw);
  add_failure_options(app, raw);
  add_stopping_options(app, o, raw);
  add_advanced_options(app, o);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    throw print_and_leave{app.help()};
  } catch (const CLI::CallForVersion& words) {
    throw print_and_leave{std::string(words.what()) + '\n'};
  } catch (const CLI::ParseError& e) {
    throw usage_error(e.what());
  }

  if (raw.schema) throw print_and_leave{std::string(manifest_schema())};
  o.given = {!raw.limit.empty(), app.count("--pending-limit") > 0, !raw.halt.empty(),
             raw.group || raw.line || raw.raw || !raw.output.empty()};
  settle_input(o, raw);
  settle_concurrency(o, raw, cpus);
  settle_output(o, raw);
  settle_failure(o, raw);
  settle_stopping(o, raw);
  settle_progress(o, raw);
  settle_command(o, raw, app);
  return o;
}

}  // namespace weir::cli
