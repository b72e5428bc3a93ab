#include "options.hpp"

#include <cstddef>
#include <iterator>
#include <sstream>
#include <string_view>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <weir/error.hpp>

#include "build_facts.hpp"
#include "gate_options.hpp"
#include "help_text.hpp"
#include "input/manifest/manifest.hpp"
#include "input_options.hpp"
#include "option_words.hpp"
#include "other_tools.hpp"
#include "report/records/formats.hpp"
#include "text/escape.hpp"
#include "text/near_name.hpp"
#include "typed_options.hpp"

namespace weir::cli {

namespace {

/// The column where the descriptions of options begin.
constexpr std::size_t description_column = 28;

/// Our own "Usage: ...", and options in two columns that fit into 80 cells.
class help_formatter final : public CLI::Formatter {
 public:
  help_formatter() { column_width(description_column); }

  std::string make_usage(const CLI::App*, std::string) const override { return std::string(usage); }
  /// Wraps between words; the formatter indents what follows a newline.
  std::string make_option_desc(const CLI::Option* option) const override {
    constexpr std::size_t width = 80 - description_column;
    std::string text;
    std::size_t line = 0;
    std::istringstream words(option->get_description());
    for (std::string word; words >> word;) {
      const bool breaks = line > 0 && line + 1 + word.size() > width;
      if (line > 0) text += breaks ? '\n' : ' ';
      line = line == 0 || breaks ? word.size() : line + 1 + word.size();
      text += word;
    }
    return text;
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    return option->get_type_size() == 0 ? "" : ' ' + option->get_type_name();
  }
};

/// The options, group by group.
class parser final : public CLI::App {
 public:
  /// CLI11 compares each added option with all before it. Here, only with those of its group: the
  /// others took half of the time of parsing.
  template <typename Add>
  void add_group(const char* name, const Add& add) {
    auto before = std::exchange(options_, {});
    option_defaults()->group(name);
    add();
    options_.insert(options_.begin(), std::move_iterator(before.begin()),
                    std::move_iterator(before.end()));
  }
};

void add_manifest_options(CLI::App& app, options& o, typed_options& typed) {
  manifest_options& m = o.manifest;
  app.add_option("--file", m.file, "Run the jobs of a TOML or JSON Lines manifest (- for stdin)")
      ->type_name("FILE");
  app.add_option("--format", typed.format, "toml or jsonl (default: by the file's name)")
      ->type_name("FORMAT");
  app.add_option("--only", m.only, "Run only jobs whose name matches PATTERN (*, ?, [a-z])")
      ->type_name("PATTERN")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--except", m.except, "Run all jobs except those whose name matches PATTERN")
      ->type_name("PATTERN")
      ->take_all()
      ->allow_extra_args(false);
  app.add_flag("--check", m.check, "Check the manifest and print the plan; run nothing");
  app.add_flag("--graph", m.graph, "Print the dependencies as a Graphviz graph; run nothing");
  app.add_flag("--schema", typed.schema, "Print the JSON Schema of manifests, for editors");
}

void add_concurrency_options(CLI::App& app, options& o, typed_options& typed) {
  app.add_option("-j,--limit,--jobs,-P,--max-procs", typed.limit,
                 "Run up to N jobs at once: N, N% of the CPUs, +N, -N, or 0 for no limit (default: "
                 "one per CPU)")
      ->type_name("N");
  app.add_option(
         "--jobserver", typed.jobserver,
         "Share the limit with makes and ninjas among the jobs: through a fifo (default), or a "
         "pipe for make 4.3 and older")
      ->type_name("[KIND]")
      ->default_str("fifo");
  app.add_option("--pending-limit", typed.pending_limit, "Read up to N jobs ahead (default: 10000)")
      ->type_name("N");
  app.add_option("--delay", typed.delay, "Wait at least TIME between two starts")
      ->type_name("TIME");
  for (const option_row& row : gate_option_rows())
    app.add_option(row.names, typed.*row.value, row.help)
        ->type_name(row.type)
        ->default_str(row.left_out);
  app.add_flag("--noswap", typed.noswap, "Start no job while the machine swaps");
  app.add_option("--nice", typed.nice, "Run weir and its jobs at nice value N, from 0 to 19")
      ->type_name("N");
  app.add_option("--wd,--workdir", o.job.dir, "Run the jobs in DIR")->type_name("DIR");
  app.add_option("--tmpdir", o.tmpdir, "Keep temporary files in DIR, and set TMPDIR for jobs")
      ->type_name("DIR");
  app.add_option("--process-slot-var", o.dialect.slot_variable,
                 "Set the variable NAME to each job's slot number, counting from 0")
      ->type_name("NAME");
}

void add_output_options(CLI::App& app, options& o, typed_options& typed) {
  app.add_option("--output", typed.output,
                 "group: each job's output in one piece (default); line: lines as they come; raw: "
                 "not captured")
      ->type_name("MODE");
  app.add_flag("--group", typed.group, "Same as --output group");
  app.add_flag("--line-buffer,--lb,--linebuffer", typed.line, "Same as --output line");
  app.add_flag("-u,--ungroup,--raw", typed.raw, "Same as --output raw");
  app.add_flag("-k,--keep-order", o.output.keep_order, "Print output in the order of the input");
  app.add_flag("--tag", typed.tag,
               "Prefix each line of output with the item and a tab, and end the last line");
  app.add_option("--tagstring", typed.tag_text,
                 "Prefix each line with STR, which may contain placeholders")
      ->type_name("STR");
  app.add_flag("--pty", typed.pty,
               "Give each job a terminal to write to, for programs that only colour there");
  app.add_flag(
      "--tty", typed.tty,
      "Run each job alone, in the foreground of weir's terminal, for jobs that ask questions");
  app.add_option("--color-jobs", typed.color_jobs,
                 "Ask jobs to colour their output: never (default), always, or auto, if weir's "
                 "stdout is a terminal with colours")
      ->type_name("WHEN");
  app.add_flag("--final-newline", o.output.final_newline,
               "Add a newline to output that does not end with one");
}

void add_progress_options(CLI::App& app, options& o, typed_options& typed) {
  app.add_flag("--bar,--eta,--progress", typed.bar,
               "Show progress from the start, even if output goes to a pipe; in a log, every 5s "
               "instead of every 30s");
  app.add_flag("--no-progress", typed.no_progress, "Show no progress");
  app.add_flag("--summary", o.summary, "Print the summary even if all jobs succeeded");
  app.add_flag("-q,--quiet", typed.quiet,
               "Print only one line per failure, and how many jobs did not start; -qq: nothing");
  app.add_option("--ci", typed.ci, "Fold the log: auto, github, gitlab or none (default: auto)")
      ->type_name("KIND");
  app.add_flag("-t,--verbose", o.echo, "Print each command line to stderr as it starts");
}

void add_failure_options(CLI::App& app, typed_options& typed) {
  app.add_option("--halt", typed.halt, "Stop early: never, or now|soon,fail|success|done=N or =N%")
      ->type_name("WHEN");
  app.add_option("--retries", typed.retries, "Try a failing job up to N times in total")
      ->type_name("N");
  app.add_option("--retry-delay", typed.retry_delay,
                 "Wait TIME before the second try, and twice as long before each one after; up to "
                 "half of it is random")
      ->type_name("TIME");
  app.add_option("--retry-max", typed.retry_max,
                 "Wait at most TIME before a try (default: 5m, or --retry-delay if longer)")
      ->type_name("TIME");
  app.add_option("--retry-on", typed.retry_on,
                 "Retry only after these exit codes, or a timeout: 75,timeout")
      ->type_name("CODES");
  app.add_option("--ok", typed.ok, "Exit codes that count as success: 0,3 (default: 0)")
      ->type_name("CODES");
  app.add_option("--skip", typed.skip,
                 "Exit codes that count as skipped, not failed, such as grep's 1")
      ->type_name("CODES");
  app.add_option("--timeout", typed.timeout,
                 "End a job after TIME (10s, 1m30s), or after N% of the median run time")
      ->type_name("TIME");
}

void add_stopping_options(CLI::App& app, options& o, typed_options& typed) {
  app.add_flag("--shield", o.job.shield, "After Ctrl-C, let running jobs finish");
  app.add_option("--close-timeout", typed.close_timeout,
                 "Wait TIME between TERM and KILL when ending a job (default: 10s)")
      ->type_name("TIME");
  app.add_option("--leftovers", typed.leftovers,
                 "What to do with processes that jobs leave behind: leave them (default), end them "
                 "with the run, or fail the job")
      ->type_name("RULE");
  app.add_option("--cgroup", typed.cgroup,
                 "Run each job in a control group of its own: auto, if its limits or --leftovers "
                 "ask for that (default), require or never")
      ->type_name("WHEN");
  app.add_option("--wait-timeout", typed.wait_timeout,
                 "After Ctrl-C, wait up to TIME for shielded jobs (default: 60s)")
      ->type_name("TIME");
  app.add_option("--term-timeout", typed.term_timeout, "The same after TERM or HUP (default: 5s)")
      ->type_name("TIME");
}

/// The journal, and one option for each other format of records.
void add_record_options(CLI::App& app, options& o, typed_options& typed) {
  app.add_option("--journal", typed.journal, "Record the run in FILE, as JSON Lines, for --resume")
      ->type_name("FILE");
  app.add_option("--resume", typed.resume,
                 "Continue the run recorded in FILE: jobs that ended are not run again")
      ->type_name("FILE");
  app.add_flag("--resume-failed", typed.resume_failed, "With --resume: rerun failed jobs");
  app.add_option("--unfinished", typed.unfinished,
                 "With --resume: what to do with jobs that started but never ended: again "
                 "(default) or skip")
      ->type_name("WHAT");
  app.add_option("--sync", typed.sync,
                 "Sync the journal to disk: each (record), batch (default) or none")
      ->type_name("WHEN");
  app.add_option("--shard", typed.shard,
                 "Run part I of N: each job is always in the same part; with --durations, parts "
                 "take equally long; with --pipe, --shard COLUMN sends all lines with the same "
                 "value in COLUMN to the same job")
      ->type_name("I/N");
  app.add_option("--durations", o.durations,
                 "Remember how long jobs take, for ETAs and, in a manifest, to start the longest "
                 "chain first")
      ->type_name("FILE");
  for (const record_format* format : record_formats())
    app.add_option(std::string(format->option), typed.records[format->option],
                   std::string(format->help))
        ->type_name(std::string(format->value));
  app.add_option("--junit-suite", typed.junit_suite,
                 "With --junit: the name of the test suite (default: weir)")
      ->type_name("NAME");
}

void add_advanced_options(CLI::App& app, options& o, typed_options& typed) {
  app.add_option(
         "--as", typed.as,
         "As the first word: the rest is a command line of parallel, sem, moreutils or xargs")
      ->type_name("DIALECT");
  app.add_flag("--dry-run,--dryrun", o.dry_run, "Print the command lines; run nothing");
  app.add_flag("-V,--version", typed.version,
               "Print the version; with --verbose, also what weir was built with");
  app.add_flag("-h,--help", typed.help, "Print the most common options");
  app.add_flag("--help-all", typed.help_all, "Print all options");
  // Common in GNU parallel's scripts: there is nothing to do.
  app.add_flag("--will-cite,--no-notice,--gnu", typed.will_cite)->group("");
}

std::vector<std::string> long_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

/// What may have been meant by an unknown option; empty if there is no guess.
std::string meant_by(const std::string& unknown, const CLI::App& app) {
  if (const auto advice = advice_on(unknown)) return std::string(*advice);
  const auto names = long_names(app);
  if (const auto near = near_name(unknown, names))
    return "did you mean " + std::string(*near) + '?';
  // A one-letter option, followed by its value.
  if (unknown.starts_with("--")) return {};
  return std::string(advice_on(std::string_view(unknown).substr(0, 2)).value_or(""));
}

[[noreturn]] void refuse_unknown(const CLI::App& app, std::string_view option) {
  const std::string unknown(option.substr(0, option.find('=')));
  const std::string meant = meant_by(unknown, app);
  if (meant.starts_with("not needed")) throw usage_error(escape(unknown) + ": " + meant);
  throw usage_error(escape(unknown) + ": unknown option" + (meant.empty() ? "" : "; " + meant) +
                    " (see weir --help)");
}

/// Passes an option what was typed. CLI11's own messages would list all names of the option.
void take(CLI::App& app, const given_option& given, options& o, typed_options& typed) {
  CLI::Option* const option = app.get_option_no_throw(given.name);
  const auto& long_ones = option->get_lnames();
  const std::string own_name = long_ones.empty() ? given.name : "--" + long_ones.front();
  const bool file = option->get_type_name().find("FILE") != std::string::npos;
  const bool flag = option->get_type_name().empty();
  const bool one = option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeLast;
  if (file && one && option->count() > 0 && option->results().front() != given.value)
    throw usage_error(given.name + ": expected one FILE, found " +
                      escape(option->results().front()) + " and " + escape(given.value));
  o.names.typed(own_name, given.name);
  const bool left_out = given.value.empty() && option->get_type_name() != "TEXT";
  option->add_result(!left_out ? given.value : flag ? "true" : option->get_default_str());
  if (given.apart) typed.apart.push_back({own_name, given.name, given.value});
}

/// In bytes, approximately: 10 000 items after ::: are of no use to anybody.
constexpr std::size_t longest_command_line = 2000;

std::string command_line(int argc, const char* const* argv) {
  std::string line = "weir";
  for (int i = 1; i < argc; ++i) {
    if (line.size() > longest_command_line) return line + " ...";
    line += ' ' + shell_quote(argv[i]);
  }
  return line;
}

void declare(parser& app, options& o, typed_options& typed) {
  app.name("weir");
  app.description("Runs many command lines at once, bounded and drained.");
  app.formatter(std::make_shared<help_formatter>());
  app.footer(std::string(help_footer));
  app.set_help_flag();
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_group("Input", [&] { add_input_options(app, o, typed); });
  app.add_group("Placeholders", [&] { add_placeholder_options(app, o, typed); });
  app.add_group("Blocks of one stream", [&] { add_block_options(app, typed); });
  app.add_group("Manifest", [&] { add_manifest_options(app, o, typed); });
  app.add_group("Concurrency", [&] { add_concurrency_options(app, o, typed); });
  app.add_group("Other machines", [&] { add_cluster_options(app, o, typed); });
  app.add_group("Output", [&] { add_output_options(app, o, typed); });
  app.add_group("Progress", [&] { add_progress_options(app, o, typed); });
  app.add_group("Failure", [&] { add_failure_options(app, typed); });
  app.add_group("Stopping", [&] { add_stopping_options(app, o, typed); });
  app.add_group("Records", [&] { add_record_options(app, o, typed); });
  app.add_group("Advanced", [&] { add_advanced_options(app, o, typed); });
}

void leave_if_asked(parser& app, const options& o, const typed_options& typed,
                    std::span<const std::string> rest, std::size_t options) {
  const auto leave = [&](const char* option, std::string text) {
    if (rest.empty()) throw print_and_leave{std::move(text)};
    throw usage_error(o.names.of(option) + ": expected nothing after it, found " +
                      escape(rest.front()));
  };
  if (typed.help_all) leave("--help-all", app.help());
  if (typed.help) leave("--help", std::string(usage) + std::string(short_help));
  if (typed.version) leave("--version", version_text(o.echo));
  if (typed.schema && options > 1) throw usage_error("--schema: expected no other option with it");
  if (typed.schema) leave("--schema", std::string(manifest_schema()));
}

/// \returns COMMAND and everything after it.
std::vector<std::string> take_options(std::vector<std::string> words, options& o,
                                      typed_options& typed) {
  parser app;
  declare(app, o, typed);
  const option_words taken = take_apart(
      words,
      [&](std::string_view name) -> std::optional<std::string> {
        const CLI::Option* const option = app.get_option_no_throw(std::string(name));
        if (option == nullptr) return std::nullopt;
        return option->get_type_name();  // empty for a flag
      },
      [&](std::string_view name) { refuse_unknown(app, name); });
  typed.dashes = taken.dashes;
  for (const given_option& given : taken.given) take(app, given, o, typed);
  for (CLI::Option* option : app.get_options())
    if (option->count() > 0) option->run_callback();
  leave_if_asked(app, o, typed, std::span(words).subspan(taken.rest), taken.given.size());
  if (!typed.as.empty()) throw usage_error("--as: must be the first word");
  o.quiet = static_cast<unsigned>(app.count("--quiet"));
  o.given.pending_limit = app.count("--pending-limit") > 0;
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(taken.rest));
  return words;
}

}  // namespace

std::size_t uses_of_stdin(const options& o) {
  if (!o.manifest.file.empty()) return o.manifest.file == "-" ? 1 : 0;
  if (o.inputs.empty() && o.arg_files.empty()) return 1;
  auto uses = std::ranges::count(o.arg_files, "-");
  for (const input_group& group : o.inputs)
    if (group.files) uses += std::ranges::count(group.words, "-");
  return static_cast<std::size_t>(uses);
}

options parse_options(int argc, const char* const* argv, unsigned cpus,
                      const std::map<std::string, std::string>& spoken) {
  options o;
  typed_options typed;
  std::vector<std::string> words(argv + 1, argv + argc);
  // Options come first: if there is none, none needs to be declared, which saves a tenth of the
  // start-up time.
  if (!words.empty() && words.front().starts_with('-'))
    words = take_options(std::move(words), o, typed);
  for (const auto& [option, name] : spoken) o.names.typed(option, name);

  o.given.limit = typed.limit;
  o.given.halt = typed.halt;
  o.given.output = typed.group || typed.line || typed.raw || !typed.output.empty();
  settle(o, typed, cpus, std::move(words));
  o.command_line = command_line(argc, argv);
  return o;
}

}  // namespace weir::cli
