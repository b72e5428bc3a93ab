#include "manifest_input.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>

#include <weir/error.hpp>
#include <weir/process_settings.hpp>

#include "batch/manifest_sources.hpp"
#include "batch/range_source.hpp"
#include "command_check.hpp"
#include "file_conflicts.hpp"
#include "files/replace_file.hpp"
#include "gpus.hpp"
#include "input/halt.hpp"
#include "input/limit.hpp"
#include "input/manifest/graph.hpp"
#include "input/manifest/job_draft.hpp"
#include "input/manifest/plan.hpp"
#include "input/manifest/remaining.hpp"
#include "input/manifest/select.hpp"
#include "input/shard.hpp"
#include "journal_options.hpp"
#include "loop/owned_fd.hpp"
#include "option_errors.hpp"
#include "process/control_group_run.hpp"
#include "run_settings.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

constexpr std::uintmax_t largest_durations = std::uintmax_t{64} << 20;

std::string shown_name(const std::string& file) {
  return file == "-" ? "stdin" : escape(file);
}

bool is_json_lines(const manifest_options& m) {
  const auto ends = [&](std::string_view ending) { return m.file.ends_with(ending); };
  if (m.format) return *m.format == manifest_format::jsonl;
  if (ends(".jsonl") || ends(".ndjson")) return true;
  if (ends(".toml")) return false;
  if (ends(".yaml") || ends(".yml"))
    throw usage_error("--file: " + shown_name(m.file) +
                      ": YAML is not supported: expected TOML (.toml) or "
                      "JSON Lines (.jsonl)");
  if (ends(".json"))
    throw usage_error(
        "--file: " + shown_name(m.file) +
        ": expected JSON Lines, one object on each line: name it .jsonl, or give --format jsonl");
  throw usage_error("--file: the format of " + shown_name(m.file) +
                    " is not clear from its name: give --format toml or --format jsonl");
}

[[noreturn]] void refuse_file(const std::string& file, int error) {
  throw usage_error(shown_name(file) + ": cannot be read: " + std::strerror(error));
}

std::string read_whole(const std::string& file) {
  try {
    if (file == "-") return read_all(STDIN_FILENO, "stdin");
    if (auto text = read_file(file)) return std::move(*text);
  } catch (const io_error& error) {
    refuse_file(file, error.code().value());
  }
  refuse_file(file, ENOENT);
}

/// Job options on the command line apply to jobs that set nothing themselves.
doc::settings_draft said_by(const options& o) {
  doc::settings_draft said;
  if (o.job.shield) said.shield = true;
  said.timeout = o.job.timeout;
  if (o.job.retry.times > 0) said.retry = o.job.retry;
  if (o.job.claims.memory > 0 || o.job.claims.learns) said.memory = {o.job.claims.memory};
  if (o.job.claims.gpus > 0) said.gpus = {o.job.claims.gpus, {0, 0}};
  if (o.job.process && o.job.process->terminal) said.tty = true;
  if (o.job.process && o.job.process->foreground) said.interactive = true;
  return said;
}

/// The command line takes precedence over [run].
run_settings effective(run_settings run, const options& o) {
  if (!o.given.limit.empty()) run.limit = o.given.limit;
  if (o.given.pending_limit) run.pending_limit = o.engine.pending_limit;
  if (!o.given.halt.empty()) run.halt = o.given.halt;
  if (o.given.output) run.output = o.output.mode;
  if (o.output.keep_order) run.keep_order = true;
  if (!o.cluster.on.empty()) run.on = o.cluster.on;
  return run;
}

/// Refuses what is not on this machine.
void require_here(const run_settings& run, std::string_view key, const std::string& before_key) {
  const std::string named = before_key + std::string(key);
  if (key == "shell") require_shell(run, named);
  if (key != "dir" || !run.on.empty()) return;  // on other machines there is another one
  struct stat about {};
  const bool is_missing = ::lstat(run.dir.c_str(), &about) != 0 && errno == ENOENT;
  if (!is_missing) require_directory(named, run.dir, false);  // a job may make it
}

manifest_context context_for(const options& o) {
  return {blocks_of_file, std::make_shared<const doc::settings_draft>(said_by(o)), o.cluster.on,
          [&o](const auto& on) { return most_gpus_of_job(o, on); },
          [&o](const run_settings& run, std::string_view key) {
            require_here(effective(run, o), key, "");
          }};
}

manifest read_manifest(const options& o) {
  const manifest_options& m = o.manifest;
  const bool json_lines = is_json_lines(m);
  const std::string text = read_whole(m.file);
  manifest all = json_lines
                     ? read_jsonl_manifest(text, shown_name(m.file),
                                           o.max_line.value_or(longest_job_line), context_for(o))
                     : read_toml_manifest(text, shown_name(m.file), toml_piece, context_for(o));
  if (!m.names.empty() || !m.only.empty() || !m.except.empty())
    all = select(std::move(all), {m.names, m.only, m.except, shown_name(m.file)});
  if (all.jobs.empty() && (!m.only.empty() || !m.except.empty()))
    throw usage_error((m.only.empty() ? "--except" : "--only") +
                      (": no job of " + shown_name(m.file)) + " is left");
  if (!o.part) return all;
  o.share->all = all.jobs.size();
  all = jobs_of_shard(std::move(all), *o.part, read_durations(o));
  o.share->own = all.jobs.size();
  return all;
}

void apply(options& o, const run_settings& said, const std::vector<pool_settings>& pools) {
  const run_settings run = effective(said, o);
  require_here(run, "shell", "[run] ");  // it may be missing though [run] names none
  refuse_inherited_variables();
  if (run.limit && o.limit_file.empty()) {
    const unsigned limit = parse_limit("[run] limit", *run.limit, o.cpus);
    o.engine.limit.reset();
    if (limit != no_limit) o.engine.limit = limit;
  }
  if (run.pending_limit) o.engine.pending_limit = *run.pending_limit;
  if (run.halt) {
    o.engine.halt = parse_halt("[run] halt", *run.halt);
    o.engine.end_hopeless = o.engine.halt.when != halt_rule::urgency::never;
  }
  if (run.output) o.output.mode = *run.output;
  if (run.keep_order.value_or(false) && !std::exchange(o.output.keep_order, true))
    o.names.typed("--keep-order", "[run] keep-order");
  o.output.live = runs_one_by_one(o);
  if (o.cluster.on.empty() && !run.on.empty()) {
    o.cluster.on = run.on;
    o.names.typed("--on", "[run] on");
    // As many as the workers have, unless specified.
    if (!run.limit) o.engine.limit.reset();
  }
  settle_places(o);
  for (const place& each : o.cluster.places)
    for (const std::string& label : each.labels)
      if (std::ranges::find(o.engine.labels, label) == o.engine.labels.end())
        o.engine.labels.push_back(label);
  for (const auto& pool : pools) o.engine.pools.emplace_back(pool.name, pool.capacity);
  o.engine.needs = true;
  check_output(o);
}

}  // namespace

std::string command_again(const options& o) {
  const manifest_options& m = o.manifest;
  std::error_code none;
  if (m.file.empty() || m.file == "-" || !std::filesystem::is_regular_file(m.file, none)) return {};
  std::string command = "weir --file=" + shell_quote(m.file);
  if (m.format)
    command += *m.format == manifest_format::toml ? " --format=toml" : " --format=jsonl";
  return command + o.cluster.words + " --only=";
}

namespace {

/// Only the manifest tells whether a job can be repeated: many jobs in a row share settings.
class repeated_by {
 public:
  /// \param unnamed what runs the command of a job without a name; empty: nothing but that itself.
  repeated_by(std::string named, std::string unnamed)
      : named_(std::move(named)), unnamed_(std::move(unnamed)) {}

  void operator()(job_spec& job) {
    const std::string& command = job.name.empty() ? unnamed_ : named_;
    if (command.empty() || job.added) return;
    if (job.settings != before_ || after_->again != command) {
      auto own = std::make_shared<job_settings>(*job.settings);
      own->again = command;
      before_ = std::move(job.settings);
      after_ = std::move(own);
    }
    job.settings = after_;
  }

 private:
  std::string named_;
  std::string unnamed_;
  std::shared_ptr<const job_settings> before_;
  std::shared_ptr<const job_settings> after_;
};

job_change change_for(const options& o) {
  const tag_settings tag = o.items.tag;
  const std::string elsewhere = o.cluster.words.empty() ? "" : "weir" + o.cluster.words;
  return [tag, repeated = repeated_by(command_again(o), elsewhere)](job_spec& job) mutable {
    if (tag.wanted) {
      const std::string name = title(job);
      const std::string_view item = name;
      const std::string_view slot("\0", 1);  // job_spec::tag
      job.tag = tag.text.empty() ? name : text_template(tag.text).expand(job.seq, {&item, 1}, slot);
    }
    repeated(job);
  };
}

/// Of ready jobs with the same priority, the one that most time depends on is first: ranks become
/// the scheduler's priorities.
void rank_by_remaining_time(manifest& m, const duration_table& durations) {
  const auto remaining = remaining_times(m, durations);
  std::vector<std::size_t> order(m.jobs.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto key = [&](std::size_t i) {
    return std::pair(m.jobs[i].spec.settings->priority, remaining[i]);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  int rank = 0;
  for (std::size_t at = 0; at < order.size(); ++at) {
    if (at > 0 && key(order[at - 1]) < key(order[at])) ++rank;
    auto& settings = m.jobs[order[at]].spec.settings;
    auto own = std::make_shared<job_settings>(*settings);
    own->priority = rank;
    settings = std::move(own);
  }
}

/// Those that some job has: on another machine, each is told to the worker that gets it.
void note_limits(options& o, const manifest& all) {
  const bool here = o.cluster.places.empty();
  for (const manifest_job& job : all.jobs) {
    const auto& process = job.spec.settings->process;
    if (!process || !process->group) continue;
    const group_limits& limits = *process->group;
    if (o.control_groups.use == control_group_use::never)
      throw usage_error(job_control_groups::refused_never(limits));
    group_limits& needed = o.control_groups.needed;
    if (here && limits.memory) needed.memory = limits.memory;
    if (here && limits.pids) needed.pids = limits.pids;
    if (here && limits.milli_cpus) needed.milli_cpus = limits.milli_cpus;
  }
}

/// The manifest may be right, and meant for another machine.
void note_missing_groups(const options& o) {
  const std::string why = run_control_group::why_none("", o.control_groups.needed);
  if (!why.empty() && o.quiet == 0)
    std::fprintf(stderr, "weir: on this machine the run would be refused: %s\n", why.c_str());
}

/// What Slurm has to be asked for, so that each of them can run.
void note_gpus(options& o, const manifest& all) {
  for (place& each : o.cluster.places)
    for (const manifest_job& job : all.jobs) {
      const job_settings& settings = *job.spec.settings;
      if (settings.on.empty() || std::ranges::find(each.labels, settings.on) != each.labels.end())
        each.gpus = std::max(each.gpus, settings.claims.gpus);
    }
}

mode_t mode_of(int fd) {
  struct stat about {};
  return ::fstat(fd, &about) == 0 ? about.st_mode : 0;
}

opened_source open_job_lines(boost::asio::io_context& loop, options& o) {
  const std::string& file = o.manifest.file;
  const line_format format{"\n", o.max_line.value_or(longest_job_line)};
  std::unique_ptr<line_reader> lines;
  int from = STDIN_FILENO;
  if (file == "-") {
    lines = std::make_unique<line_reader>(loop.get_executor(), STDIN_FILENO, "stdin", format);
  } else {
    owned_fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!fd) refuse_file(file, errno);
    from = fd.value();
    lines = std::make_unique<line_reader>(loop.get_executor(), std::move(fd), escape(file), format);
  }
  if (S_ISDIR(mode_of(from))) refuse_file(file, EISDIR);
  o.engine.read_after_halt = S_ISREG(mode_of(from));
  job_stream_options options;
  options.held = std::max<std::size_t>(o.engine.pending_limit, 1);
  options.context = context_for(o);
  o.gates.learns = true;  // any line may say so
  auto jobs = std::make_unique<job_line_source>(std::move(lines), options, change_for(o));
  std::exception_ptr failed;
  boost::asio::co_spawn(loop, jobs->begin(), [&](std::exception_ptr error) { failed = error; });
  loop.run();
  loop.restart();
  if (failed) std::rethrow_exception(failed);
  apply(o, jobs->run(), jobs->pools());
  return {std::move(jobs), std::nullopt};
}

bool is_needed_whole(const options& o) {
  const manifest_options& m = o.manifest;
  return !m.names.empty() || !m.only.empty() || !m.except.empty() || o.part || !o.durations.empty();
}

}  // namespace

opened_source open_manifest(boost::asio::io_context& loop, options& o) {
  if (is_json_lines(o.manifest) && !is_needed_whole(o)) return open_job_lines(loop, o);
  manifest all = read_manifest(o);
  if (!o.durations.empty()) rank_by_remaining_time(all, read_durations(o));
  apply(o, all.run, all.pools);
  note_limits(o, all);
  note_gpus(o, all);
  o.engine.read_first = true;
  o.engine.read_after_halt = true;
  o.engine.remembered = most_jobs;
  o.gates.learns = o.gates.learns || std::ranges::any_of(all.jobs, [](const manifest_job& job) {
                     return job.spec.settings->claims.learns;
                   });
  const std::uint64_t total = all.jobs.size();
  std::vector<std::string> warnings;
  if (o.gates.learns && o.journal.path.empty() && o.durations.empty())
    warnings.emplace_back(
        "memory = \"learn\": jobs claim nothing, as neither --journal nor --durations says what "
        "they took");
  std::optional<job_stream> later;
  if (o.control.wanted() || o.journal.resume)
    later.emplace(all, job_stream_options{0, most_jobs, context_for(o)});
  return {std::make_unique<manifest_source>(std::move(all), change_for(o), std::move(later)), total,
          std::move(warnings)};
}

std::string inspect_manifest(options o) {
  manifest all = read_manifest(o);
  // What a run would refuse before it starts.
  apply(o, all.run, all.pools);
  note_limits(o, all);
  check_files(o);
  read_durations(o);
  o.dry_run = true;  // the journal is only read
  open_journal(o);
  if (o.manifest.graph) return to_dot(all);
  note_missing_groups(o);
  all.run = effective(std::move(all.run), o);
  const job_change change = change_for(o);
  for (manifest_job& job : all.jobs) change(job.spec);
  return describe_plan(all);
}

duration_table read_durations(const options& o, peak_table* peaks) {
  if (o.durations.empty()) return {};
  named_by("--durations", [&] { check_replaceable(o.durations); });
  std::error_code none;
  const auto kind = std::filesystem::status(o.durations, none).type();
  if (kind == std::filesystem::file_type::character) return {};  // /dev/null: nothing to learn
  const bool readable =
      kind == std::filesystem::file_type::regular || kind == std::filesystem::file_type::not_found;
  if (!readable || std::filesystem::file_size(o.durations, none) + 1 > largest_durations + 1)
    throw usage_error("--durations: " + escape(o.durations) +
                      " is not a list of durations: expected a file of at most 64 MiB");
  const auto text = read_file(o.durations);
  return text ? parse_durations(*text, o.durations, peaks) : duration_table{};
}

}  // namespace weir::cli
