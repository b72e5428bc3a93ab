#include "gate_options.hpp"

#include <cmath>
#include <optional>

#include <weir/error.hpp>

#include "input/count.hpp"
#include "process/machine_memory.hpp"
#include "text/number.hpp"
#include "text/size.hpp"
#include "values/gpu_pool.hpp"

namespace weir::cli {

namespace {

/// Stands for the default instead of a PATH, which it cannot be.
constexpr const char* runtime_socket = ".";

constexpr option_row rows[] = {
    {"--load", &typed_options::load, "N",
     "Start no job while the load is N or more, or N% of the CPUs"},
    {"--memfree", &typed_options::memfree, "SIZE",
     "Start no job while less than SIZE, or N%, of memory is free"},
    {"--memsuspend", &typed_options::memsuspend, "SIZE",
     "Suspend the youngest jobs while less than twice SIZE, or N%, of memory is free"},
    {"--job-memory", &typed_options::job_memory, "SIZE",
     "Expect each job to take SIZE, N%, or (learn) as before, of memory; start what fits"},
    {"--job-gpus", &typed_options::job_gpus, "N",
     "Give each job N GPUs of its own, in CUDA_VISIBLE_DEVICES; start what fits"},
    {"--gpus", &typed_options::gpus, "N",
     "GPUs for jobs that claim some, on each machine (default: those that are visible)"},
    {"--gate", &typed_options::gate, "COMMAND",
     "Ask COMMAND before each start: exit 0 to start, 1 to wait, 2 to stop the run"},
    {"--control", &typed_options::control, "[PATH]",
     "Accept commands from weir ctl on a socket: at PATH, or where weir ctl finds it",
     runtime_socket},
};

/// "N%": of everything. nullopt if it is not a share.
std::optional<double> share(std::string_view text) {
  const auto number = take_decimal(text);
  if (!number || text != "%" || *number > 100) return std::nullopt;
  return *number / 100;
}

double parse_load(const std::string& option, const std::string& text, unsigned cpus) {
  std::string_view rest = text;
  const auto number = take_decimal(rest);
  constexpr double most = 1e6;
  if (number && *number <= most && *number > 0) {
    if (rest.empty()) return *number;
    if (rest == "%") return *number * cpus / 100;
  }
  refuse_value(option, text, "a load",
               "a number of running processes above 0 (8, 1.5), or a share of the CPUs (80%)");
}

std::uint64_t parse_memory(const std::string& option, const std::string& text) {
  const bool is_share = text.ends_with('%');
  if (!is_share) {
    const std::uint64_t bytes = parse_size(option, text);
    if (bytes > 0) return bytes;
  }
  const auto part = is_share ? share(text) : std::nullopt;
  if (!part || *part == 0)
    refuse_value(option, text, "an amount of memory",
                 "a size above 0 (2G, 500M), or a share of all memory up to 100%");
  const auto state = machine_memory().look();
  if (!state)
    throw usage_error(option + ": " + text + ": /proc/meminfo does not say how much there is");
  return static_cast<std::uint64_t>(std::ceil(*part * static_cast<double>(state->total)));
}

}  // namespace

std::span<const option_row> gate_option_rows() {
  return rows;
}

void settle_gates(options& o, const typed_options& typed) {
  if (!typed.load.empty()) o.gates.load = parse_load(o.names.of("--load"), typed.load, o.cpus);
  if (!typed.memfree.empty()) o.gates.memfree = parse_memory("--memfree", typed.memfree);
  if (!typed.memsuspend.empty())
    o.gates.memsuspend = parse_memory("--memsuspend", typed.memsuspend);
  o.gates.noswap = typed.noswap;
  o.gates.command = typed.gate;
  o.control.in_runtime_directory = typed.control == runtime_socket;
  if (!o.control.in_runtime_directory) o.control.path = typed.control;
  o.items.keep_item = o.items.keep_item || o.control.wanted();
  o.gates.claims_share = typed.job_memory.ends_with('%');
  o.gates.learns = o.job.claims.learns = typed.job_memory == "learn";
  if (o.gates.learns && typed.journal.empty() && typed.resume.empty() && o.durations.empty())
    throw usage_error(o.names.of("--job-memory") +
                      " learn: needs --journal, --resume or --durations: what jobs took is read "
                      "from there");
  if (!typed.job_gpus.empty())
    o.job.claims.gpus =
        static_cast<unsigned>(parse_count("--job-gpus", typed.job_gpus, 0, most_gpus));
  if (!typed.gpus.empty()) {
    o.gates.gpus = static_cast<unsigned>(parse_count("--gpus", typed.gpus, 0, most_gpus));
    if (typed.job_gpus.empty() && o.manifest.file.empty())
      throw usage_error("--gpus: needs --job-gpus N, or --file FILE with jobs that claim gpus");
  }
  if (!typed.job_memory.empty() && !o.gates.learns)
    o.job.claims.memory = parse_memory("--job-memory", typed.job_memory);
}

std::string_view given_gate(const options& o, where_jobs_run where) {
  const bool here = where == where_jobs_run::here;
  const bool claims = here ? o.job.claims.memory > 0 || o.job.claims.learns : o.gates.claims_share;
  for (const auto& [option, given] :
       {std::pair("--load", o.gates.load.has_value()),
        std::pair("--memfree", o.gates.memfree.has_value()),
        std::pair("--memsuspend", o.gates.memsuspend.has_value()),
        std::pair("--noswap", o.gates.noswap), std::pair("--job-memory", claims),
        std::pair("--job-gpus", here && o.job.claims.gpus > 0),
        std::pair("--gate", !o.gates.command.empty())})
    if (given) return option;
  return {};
}

}  // namespace weir::cli
