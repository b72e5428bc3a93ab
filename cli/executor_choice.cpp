#include "executor_choice.hpp"

#include <filesystem>
#include <utility>

#include <weir/argument_list.hpp>
#include <weir/error.hpp>

#include "cluster/pilot_executor.hpp"
#include "run_settings.hpp"

namespace weir::cli {

namespace {

/// For a worker of this machine the very same program, whatever its name is now.
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

/// As ssh takes it: a line for the shell there.
std::string remote_command(const cluster_options& c) {
  return shell_quote(c.remote_weir) + " --worker";
}

worker_launch launch_of(const place& where, const cluster_options& c) {
  worker_launch one;
  one.title = where.title;
  one.slots = where.slots;
  one.dir = c.remote_dir.empty() ? current_directory() : c.remote_dir;
  switch (where.how) {
    case place::kind::local:
      one.argv = {this_program(), "--worker"};
      break;
    case place::kind::exec:
      one.argv = {"/bin/sh", "-c", where.target + ' ' + remote_command(c)};
      break;
    case place::kind::ssh:
      one.node = where.target;
      one.argv = {"/bin/sh", "-c",
                  c.ssh + ' ' + shell_quote(where.target) + ' ' + shell_quote(remote_command(c))};
      break;
  }
  return one;
}

std::unique_ptr<pilot_executor> pilots(const options& o, loop_executor loop, timer_queue& timers,
                                       const signals& s) {
  pilot_settings settings{.state = inherited_by_jobs(s)};
  for (const place& each : o.cluster.places) settings.workers.push_back(launch_of(each, o.cluster));
  settings.limit = o.engine.limit;
  settings.node_retries = o.cluster.node_retries;
  settings.close_timeout = o.engine.close_timeout;
  settings.wait_timeout = o.engine.stop.wait_timeout;
  settings.term_timeout = o.engine.stop.term_timeout;
  settings.leftovers = o.leftovers;
  settings.slot_variable = o.dialect.slot_variable;
  return std::make_unique<pilot_executor>(loop, timers, std::move(settings));
}

}  // namespace

chosen_executor choose_executor(const options& o, loop_executor loop, timer_queue& timers,
                                const signals& s, const kept& kept) {
  if (o.cluster.places.empty()) {
    auto here = std::make_unique<local_executor>(loop, timers, executor_settings(o, s, kept));
    local_executor* const local = here.get();
    return {std::move(here), nullptr, local};
  }
  auto elsewhere = pilots(o, loop, timers, s);
  observer* const watches = elsewhere.get();
  return {std::move(elsewhere), watches, nullptr};
}

}  // namespace weir::cli
