#include "executor_choice.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include <weir/argument_list.hpp>
#include <weir/error.hpp>

#include "cluster/slurm.hpp"
#include "cluster/tree_entry.hpp"
#include "environment_variable.hpp"
#include "gpus.hpp"
#include "run_settings.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

/// Nobody is there to type a password into the stream of frames.
constexpr std::string_view default_ssh = "ssh -o BatchMode=yes";

/// For a worker on this machine, the very same program, whatever its name is now.
std::string this_program() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error || !std::filesystem::exists(path, error) ? "/proc/self/exe" : path.string();
}

std::string current_directory() {
  std::error_code error;
  const auto path = std::filesystem::current_path(error);
  if (error) throw io_error(error.value(), "current directory");
  return path.string();
}

/// In the form ssh takes it: a line for the shell there.
std::string remote_command(const cluster_options& c) {
  return shell_quote(c.remote_weir.empty() ? "weir" : c.remote_weir) + " --worker";
}

worker_launch launch_of(const place& where, const cluster_options& c) {
  worker_launch one;
  one.title = where.title;
  one.slots = where.slots;
  one.labels = where.labels;
  one.dir = c.remote_dir.empty() ? current_directory() : c.remote_dir;
  one.if_missing = "use --remote-weir PATH";
  switch (where.how) {
    case place::kind::slurm:  // as Slurm names it
      break;
    case place::kind::local:
      one.argv = {this_program(), "--worker"};
      one.machine = "local";
      break;
    case place::kind::exec:
      one.argv = {"/bin/sh", "-c", where.target + ' ' + remote_command(c)};
      one.program = escape(where.target.substr(0, where.target.find(' '))) + ", or weir behind it,";
      if (where.labels.empty())
        one.if_missing += "; a label goes before the command, exec:LABEL:COMMAND";
      break;
    case place::kind::ssh:
      one.node = where.target;
      one.machine = "ssh:" + where.target;
      one.if_missing = "scp " + shell_quote(this_program()) + ' ' + shell_quote(where.target) +
                       ":weir, then add --remote-weir ./weir";
      one.argv = {"/bin/sh", "-c",
                  (c.ssh.empty() ? std::string(default_ssh) : c.ssh) + ' ' +
                      shell_quote(where.target) + ' ' + shell_quote(remote_command(c))};
      break;
  }
  return one;
}

/// On a file system that nodes share, the same program as this.
std::vector<std::string> slurm_worker(const cluster_options& c) {
  return {c.remote_weir.empty() ? this_program() : c.remote_weir, "--worker"};
}

/// One for each node of the allocation in which this runs.
void add_steps(const place& where, const cluster_options& c, std::vector<worker_launch>& to) {
  const std::string nodes = environment_variable("SLURM_JOB_NODELIST");
  const std::string cpus = environment_variable("SLURM_JOB_CPUS_PER_NODE");
  const auto hosts = expand_host_list(nodes);
  const auto counts = expand_counts(cpus);
  if (!hosts || !counts || counts->size() != hosts->size())
    throw usage_error("--on slurm: SLURM_JOB_NODELIST is \"" + escape_and_clip(nodes, 60) +
                      "\" and SLURM_JOB_CPUS_PER_NODE \"" + escape_and_clip(cpus, 60) +
                      "\": expected the nodes of an allocation");
  for (std::size_t i = 0; i < hosts->size(); ++i) {
    worker_launch one = launch_of(where, c);
    one.node = (*hosts)[i];
    one.machine = "slurm:" + one.node;
    one.argv =
        step_on(environment_variable("SLURM_JOB_ID"), {one.node, (*counts)[i]}, slurm_worker(c));
    if (!one.slots) one.slots = (*counts)[i];
    to.push_back(std::move(one));
  }
}

/// Whether it asks for GPUs in a way that would add up with --gres.
bool asks_for_gpus(std::string_view argument) {
  return argument.starts_with("--gres") || argument.starts_with("--gpus") ||
         argument.starts_with("-G");
}

/// Memory for as many jobs as a worker has slots, each with the run's claim, and GPUs; an explicit
/// value takes precedence.
std::vector<std::string> slurm_arguments(const place& where, const options& o) {
  std::vector<std::string> all;
  const std::uint64_t each = o.job.claims.memory;
  constexpr std::uint64_t megabyte = 1U << 20;
  if (each > 0 && where.slots) {
    const std::uint64_t megabytes = each / megabyte + (each % megabyte > 0 ? 1 : 0);
    all.push_back("--mem=" + std::to_string(megabytes * *where.slots) + "M");
  }
  const std::size_t own = all.size();
  for (std::string_view argument : o.cluster.slurm_args)
    if (is_for_place(where, argument)) all.emplace_back(argument);
  const unsigned gpus = gpus_to_ask_for(o, where);
  if (gpus > 0 &&
      std::none_of(all.begin() + static_cast<std::ptrdiff_t>(own), all.end(), asks_for_gpus))
    all.insert(all.begin(), "--gres=gpu:" + std::to_string(gpus));
  return all;
}

/// Slurm jobs, which start when it is their turn.
void add_slurm_jobs(const place& where, const options& o, const kept& kept,
                    std::vector<worker_launch>& to) {
  const cluster_options& c = o.cluster;
  const std::string name = "weir-" + std::to_string(kept.front);
  for (unsigned n = c.slurm_workers.value_or(1); n > 0; --n) {
    worker_launch one = launch_of(where, c);
    one.argv = job_of_its_own(name, where.slots, slurm_arguments(where, o), slurm_worker(c));
    to.push_back(std::move(one));
  }
}

void add_launches(const place& where, const options& o, const kept& kept,
                  std::vector<worker_launch>& to) {
  if (where.how != place::kind::slurm) return to.push_back(launch_of(where, o.cluster));
  if (!environment_variable("SLURM_JOB_ID").empty()) return add_steps(where, o.cluster, to);
  add_slurm_jobs(where, o, kept, to);
}

std::unique_ptr<pilot_executor> pilots(const options& o, loop_executor loop, timer_queue& timers,
                                       const signals& s, const kept& kept) {
  pilot_settings settings{.state = inherited_by_jobs(s)};
  for (const place& each : o.cluster.places) add_launches(each, o, kept, settings.workers);
  settings.limit = o.engine.limit;
  settings.gpus = o.gates.gpus;
  for (const std::string& path : o.cluster.files)
    settings.files.push_back(path_in(o.job.dir, path));
  if (o.cluster.node_retries) settings.node_retries = *o.cluster.node_retries;
  settings.close_timeout = o.engine.close_timeout;
  settings.wait_timeout = o.engine.stop.wait_timeout;
  settings.term_timeout = o.engine.stop.term_timeout;
  settings.leftovers = o.leftovers;
  settings.control_groups = o.control_groups.use;
  settings.slot_variable = o.dialect.slot_variable;
  return std::make_unique<pilot_executor>(loop, timers, std::move(settings));
}

}  // namespace

chosen_executor choose_executor(const options& o, loop_executor loop, timer_queue& timers,
                                const signals& s, const kept& kept) {
  if (o.cluster.places.empty()) {
    local_executor_settings settings = executor_settings(o, s, kept);
    if (o.job.claims.gpus > 0 || !o.manifest.file.empty()) settings.gpus = gpus_here(o);
    auto here = std::make_unique<local_executor>(loop, timers, std::move(settings));
    local_executor* const local = here.get();
    return {std::move(here), nullptr, local};
  }
  auto elsewhere = pilots(o, loop, timers, s, kept);
  pilot_executor* const pilots = elsewhere.get();
  return {std::move(elsewhere), pilots, nullptr};
}

}  // namespace weir::cli
