#include "worker.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <weir/error.hpp>

#include "cluster/local_host.hpp"
#include "cluster/worker.hpp"
#include "exit_status.hpp"
#include "process/cpu_count.hpp"
#include "process/gpu_search.hpp"
#include "process/machine_memory.hpp"
#include "run_settings.hpp"

namespace weir::cli {

namespace {

std::string host_name() {
  if (const char* const node = std::getenv("SLURMD_NODENAME")) return node;
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' ? name.data() : "node";
}

/// What Slurm grants a job on this node, if it says so; otherwise 0.
std::uint64_t number_from_slurm(const char* variable) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? 0 : std::strtoull(text, nullptr, 10);
}

/// The smaller of those that are known.
std::uint64_t known_least(std::uint64_t a, std::uint64_t b) {
  return a == 0 || b == 0 ? std::max(a, b) : std::min(a, b);
}

std::uint64_t usable_memory() {
  const auto state = machine_memory().look();
  constexpr std::uint64_t most = 1ULL << 20;  // megabytes, and processors
  std::uint64_t megabytes = std::min(number_from_slurm("SLURM_MEM_PER_NODE"), most * most);
  if (megabytes == 0)
    megabytes = std::min(number_from_slurm("SLURM_MEM_PER_CPU"), most) *
                std::min(number_from_slurm("SLURM_CPUS_ON_NODE"), most);
  return known_least(state ? state->total : 0, megabytes << 20);
}

std::uint64_t usable_milli_cpus() {
  const std::uint64_t cpus = std::min(number_from_slurm("SLURM_CPUS_ON_NODE"), UINT64_MAX / 1000);
  return known_least(static_cast<std::uint64_t>(usable_cpus() * 1000), cpus * 1000);
}

hello_message about_this(const options& o, const kept& kept) {
  hello_message hello;
  hello.node = host_name();
  if (const char* const allocation = std::getenv("SLURM_JOB_ID")) hello.allocation = allocation;
  hello.slots = static_cast<std::uint32_t>(o.engine.limit.value_or(o.cpus));
  hello.pid = kept.front;
  hello.memory = usable_memory();
  hello.milli_cpus = usable_milli_cpus();
  hello.gpus = find_gpus();
  return hello;
}

/// A supervisor's first signal lets running jobs come to their end, the next one does not.
void hear(signals& signals, worker& one) {
  signals.on_stop = [&one, heard = false](int signal) mutable {
    if (signal == SIGQUIT || signal == SIGKILL)
      one.end_all(ending::kill);
    else if (heard)
      one.end_all(ending::terminate);
    heard = true;
    one.drain();
  };
}

}  // namespace

void check_worker() {
  struct stat status {};
  const bool is_stream =
      ::fstat(STDIN_FILENO, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
  if (!is_stream)
    throw usage_error(
        "--worker: only weir --on starts workers: expected a pipe or a socket as stdin");
}

int be_worker(const options& o, signals& signals, const kept& kept) {
  // A killer of the group that it has started, such as Slurm, leaves this process alive: it ends
  // the jobs, which have groups of their own.
  if (kept.by_keeper) ::setpgid(0, 0);
  boost::asio::io_context loop{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};
  timer_queue timers(loop.get_executor());
  timer_queue own_timers(loop.get_executor());
  worker one(loop.get_executor(), timers, own_timers,
             {local_host(loop.get_executor(), timers, executor_settings(o, signals, kept)),
              about_this(o, kept)},
             STDIN_FILENO, STDOUT_FILENO);
  hear(signals, one);
  signals.listen(loop.get_executor());
  boost::asio::co_spawn(loop, one.over(), [&](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
    signals.close();
    timers.stop();
    loop.stop();
  });
  loop.run();
  return exit_success;
}

}  // namespace weir::cli
