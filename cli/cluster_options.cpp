#include "cluster_options.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <utility>

#include <CLI/App.hpp>

#include <weir/argument_list.hpp>
#include <weir/error.hpp>
#include <weir/process_settings.hpp>

#include "gate_options.hpp"
#include "gpus.hpp"
#include "input/count.hpp"
#include "text/escape.hpp"
#include "typed_options.hpp"

namespace weir::cli {

namespace {

void check_combinations(const options& o) {
  const std::string on = o.names.of("--on");
  const auto refuse = [&](bool given, std::string_view option, std::string_view why) {
    if (given) throw usage_error(on + " and " + o.names.of(option) + ": " + std::string(why));
  };
  refuse(o.job.process && o.job.process->foreground, "--tty",
         "a job on another machine cannot have this terminal");
  refuse(o.output.mode == output_mode::raw, o.given.output ? "--ungroup" : "[run] output",
         "output comes from other machines: expected group or line");
  refuse(o.tokens.made.has_value(), "--jobserver",
         "makes on other machines cannot share the limit");
  const std::string_view gate = given_gate(o, where_jobs_run::elsewhere);
  refuse(!gate.empty(), gate, "it looks at this machine, but jobs run on others");
  refuse(!o.limit_file.empty(), "--limit",
         "a FILE is not supported: the slots of --on are the limit");
  refuse(o.nice.has_value(), "--nice", "it would apply to weir only: write nice in COMMAND");
}

/// Jobs that run here have their files already, and a manifest has keys for them.
void check_files(const options& o) {
  const carried_files& files = o.job.files;
  if (files == carried_files{}) return;
  const std::string option = !files.sent.empty()       ? "--send"
                             : !files.returned.empty() ? "--return"
                                                       : "--cleanup";
  if (!o.manifest.file.empty())
    throw usage_error(option + ": with --file, expected the keys send, return and cleanup in FILE");
  if (o.cluster.places.empty()) throw usage_error(option + ": needs --on WHERE");
  if (option == "--cleanup" && o.cluster.files.empty())
    throw usage_error("--cleanup: needs --send, --send-once or --return");
  for (const auto* const texts : {&files.sent, &files.returned})
    for (const std::string& text : *texts) {
      const std::string name = o.names.of(texts == &files.sent ? "--send" : "--return");
      if (text.find("{%}") != std::string::npos)
        throw usage_error(name + ": {%} is not known before a job has a slot");
    }
}

/// Checks the options about places, and the kinds of places that each is for.
void check_places(const options& o) {
  const cluster_options& c = o.cluster;
  const auto any = [&](auto... kinds) {
    return std::ranges::any_of(c.places,
                               [&](const place& each) { return ((each.how == kinds) || ...); });
  };
  using kind = place::kind;
  const bool all = !c.places.empty();
  const auto needs = [](bool given, bool there, const char* option, const char* what) {
    if (given && !there) throw usage_error(std::string(option) + ": needs --on " + what);
  };
  const bool other = any(kind::ssh, kind::slurm, kind::exec);
  needs(!c.remote_weir.empty(), other, "--remote-weir", "ssh:HOST, slurm or exec:COMMAND");
  needs(!c.remote_dir.empty(), all, "--remote-dir", "WHERE");
  needs(!c.files.empty(), all, "--send-once", "WHERE");
  for (const std::string& file : c.files)
    if (std::error_code none;
        file.starts_with('{') && file.ends_with('}') && !std::filesystem::exists(file, none))
      throw usage_error("--send-once: found \"" + escape_and_clip(file, 60) +
                        "\", expected the path of one file for all jobs: for a file of each job "
                        "use --send");
  needs(!c.ssh.empty(), any(kind::ssh), "--ssh", "ssh:HOST");
  needs(c.node_retries.has_value(), all, "--node-retries", "WHERE");
  needs(c.slurm_workers.has_value(), any(kind::slurm), "--slurm-workers", "slurm");
  needs(!c.slurm_args.empty(), any(kind::slurm), "--slurm-arg", "slurm");
  for (const std::string& argument : c.slurm_args) {
    const std::string_view label = label_of_argument(argument);
    const auto has_label = [&](const place& each) {
      return each.how == kind::slurm && std::ranges::find(each.labels, label) != each.labels.end();
    };
    if (!label.empty() && std::ranges::none_of(c.places, has_label))
      throw usage_error(
          "--slurm-arg: found \"" + escape_and_clip(argument, 60) +
          "\", expected the label of a place, as in --on slurm:" + std::string(label));
  }
}

/// Slurm jobs are requested outside an allocation: inside one, it has been granted already.
void check_allocation(const cluster_options& c) {
  if (std::getenv("SLURM_JOB_ID") == nullptr) return;
  for (const auto& [given, option] : {std::pair(c.slurm_workers.has_value(), "--slurm-workers"),
                                      std::pair(!c.slurm_args.empty(), "--slurm-arg")})
    if (given)
      throw usage_error(
          std::string(option) +
          ": not possible inside a Slurm allocation, whose nodes are used as they are");
}

/// The options about places, as a shell takes them; without what a manifest says itself.
std::string words_for_places(const options& o) {
  const cluster_options& c = o.cluster;
  std::string words;
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) words += std::string(" ") + option + '=' + shell_quote(value);
  };
  if (o.names.of("--on") != "[run] on")
    for (const std::string& where : c.on) add("--on", where);
  add("--remote-weir", c.remote_weir);
  add("--remote-dir", c.remote_dir);
  for (const std::string& path : c.files) add("--send-once", path);
  add("--ssh", c.ssh);
  if (c.slurm_workers) add("--slurm-workers", std::to_string(*c.slurm_workers));
  for (const std::string& argument : c.slurm_args) add("--slurm-arg", argument);
  if (o.gates.gpus) add("--gpus", std::to_string(*o.gates.gpus));
  if (o.job.claims.gpus > 0) add("--job-gpus", std::to_string(o.job.claims.gpus));
  return words;
}

}  // namespace

void add_cluster_options(CLI::App& app, options& o, typed_options& typed) {
  app.add_option("--on", o.cluster.on,
                 "Run jobs elsewhere: local[/SLOTS], ssh:HOST[/SLOTS],..., slurm[/SLOTS] or "
                 "exec[/SLOTS]:COMMAND, which must execute its further arguments; with a label "
                 "for job.on of a manifest, such as slurm:gpu; may be repeated")
      ->type_name("WHERE")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--remote-weir", o.cluster.remote_weir,
                 "Path of weir on the other machines (default: weir, found in PATH)")
      ->type_name("PATH");
  app.add_option("--remote-dir", o.cluster.remote_dir,
                 "Directory to run jobs in there (default: the same as here)")
      ->type_name("DIR");
  app.add_option("--send", o.job.files.sent,
                 "Copy a file or directory there before each job, such as --send {}; may be "
                 "repeated")
      ->type_name("PATH")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--send-once", o.cluster.files,
                 "Copy a file or directory to each worker before its first job; may be repeated")
      ->type_name("PATH")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--return", o.job.files.returned,
                 "Copy a file or directory back after each job, such as --return {.}.png; may be "
                 "repeated")
      ->type_name("PATH")
      ->take_all()
      ->allow_extra_args(false);
  app.add_flag("--cleanup", o.job.files.cleanup,
               "Remove there what --send, --send-once and --return have copied");
  app.add_option("--ssh", o.cluster.ssh,
                 "Command that --on ssh:HOST uses (default: ssh -o BatchMode=yes)")
      ->type_name("COMMAND");
  app.add_option("--slurm-workers", typed.slurm_workers,
                 "With --on slurm outside an allocation: number of Slurm jobs (default: 1)")
      ->type_name("N");
  app.add_option("--slurm-arg", o.cluster.slurm_args,
                 "Pass an argument to srun for these jobs, such as --slurm-arg=-t60, or only for "
                 "those with a label: --slurm-arg=gpu:--gres=gpu:1")
      ->type_name("ARG")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--node-retries", typed.node_retries,
                 "Rerun a job elsewhere up to N times if its worker is lost (default: 2)")
      ->type_name("N");
  app.add_flag("--worker", o.cluster.worker,
               "Be a worker, as started by --on: take jobs from stdin");
}

void settle_cluster(options& o, const typed_options& typed) {
  cluster_options& c = o.cluster;
  if (!typed.slurm_workers.empty())
    c.slurm_workers =
        static_cast<unsigned>(parse_count("--slurm-workers", typed.slurm_workers, 1, 10'000));
  if (!typed.node_retries.empty())
    c.node_retries =
        static_cast<unsigned>(parse_count("--node-retries", typed.node_retries, 0, 1'000'000));
  // As many as the workers have, unless specified.
  if (!c.on.empty() && typed.limit.empty()) o.engine.limit.reset();
  if (!c.on.empty() || o.manifest.file.empty()) settle_places(o);
}

void settle_places(options& o) {
  cluster_options& c = o.cluster;
  c.places.clear();
  for (const std::string& word : c.on)
    for (place& each : parse_places(o.names.of("--on"), word)) c.places.push_back(std::move(each));
  check_places(o);
  check_files(o);
  check_allocation(c);
  check_gpus(o);
  if (c.places.empty()) return;
  check_combinations(o);
  o.cluster.words = words_for_places(o);
  if (o.manifest.file.empty() && !o.dialect.judge) o.job.again = "weir" + o.cluster.words;
  o.output.live = runs_one_by_one(o);
}

}  // namespace weir::cli
