/// A job, or [defaults], as written: all the keys it has, each checked by itself, but not yet
/// merged, multiplied by its matrix, or connected to other jobs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <weir/process_settings.hpp>

#include "input/manifest/manifest.hpp"
#include "input/manifest/matrix.hpp"
#include "input/manifest/node.hpp"

namespace weir::doc {

/// A text and its place, for faults found only later.
struct placed_text {
  std::string text;
  position at;
  /// Whether both say the same, wherever they are written.
  bool operator==(const placed_text& other) const { return text == other.text; }
};

struct need_draft {
  placed_text job;  ///< a name, a group, or a template for one
  need_on on = need_on::success;
  std::optional<bool> any;  ///< `of`: one job of a matrix is enough

  /// If the name stands for several jobs, whether one of them has to end that way, or each. One
  /// failure is enough to need cleaning up.
  bool asks_for_any() const {
    return on != need_on::always && any.value_or(on == need_on::failure);
  }
};

struct pool_use {
  placed_text name;
  unsigned units = 1;
  /// Whether both ask for the same, wherever they are written.
  bool operator==(const pool_use& other) const {
    return name.text == other.name.text && units == other.units;
  }
};

/// Exit codes as written, with their place for faults.
struct exit_codes {
  std::vector<int> codes;
  position at;
  /// Whether both list the same, wherever they are written.
  bool operator==(const exit_codes& other) const { return codes == other.codes; }
};

/// `env` of one table. nullopt unsets the variable.
using env_draft = env_changes;

/// stdin: exactly one of the three; block and header go with split.
struct stdin_draft {
  std::optional<std::string> file;
  std::optional<std::string> text;
  std::optional<std::string> split;  ///< a file; each of its blocks is the stdin of a job
  position at;                       ///< of split
  std::optional<std::uint64_t> block;
  std::optional<std::uint64_t> header_lines;
  std::optional<std::string> header;  ///< an expression, instead of header_lines
  bool operator==(const stdin_draft&) const = default;
};

/// What a job claims of memory: so many bytes, or what it took in an earlier run.
struct memory_draft {
  std::uint64_t bytes = 0;  ///< 0: as before
  bool operator==(const memory_draft&) const = default;
};

/// How many GPUs a job claims.
struct gpus_draft {
  unsigned count = 0;
  position at = {};  ///< line 0: from the command line
  /// Whether both ask for the same, wherever they are written.
  bool operator==(const gpus_draft& other) const { return count == other.count; }
};

/// What becomes job_settings: many jobs of a manifest have the same settings here, or none.
struct settings_draft {
  std::optional<std::vector<pool_use>> pools;
  std::optional<unsigned> weight;
  std::optional<int> priority;
  std::optional<int> nice;
  std::optional<io_priority> ionice;
  std::optional<std::vector<resource_limit>> limits;
  std::optional<group_limits> cgroup;
  std::optional<mode_t> umask;
  std::optional<bool> tty;
  std::optional<bool> interactive;
  std::optional<bool> clear_env;
  std::optional<std::vector<std::string>> pass_env;
  std::optional<memory_draft> memory;
  std::optional<double> cpus;
  std::optional<gpus_draft> gpus;
  std::optional<bool> shield;
  std::optional<duration> timeout;
  std::optional<duration> close_timeout;
  std::optional<retry_settings> retry;
  env_draft env;
  std::optional<std::string> dir;
  std::optional<stdin_draft> input;
  std::optional<exit_codes> ok;
  std::optional<exit_codes> skip;
  std::optional<exit_codes> retry_on;  ///< belongs to retry
  std::optional<placed_text> on;
  std::optional<std::vector<std::string>> send;
  std::optional<std::vector<std::string>> returned;
  std::optional<bool> cleanup;
  std::optional<bool> allow_failure;
  std::optional<output_mode> output;
  std::optional<leftover_rule> leftovers;
  bool operator==(const settings_draft&) const = default;
};

struct job_draft {
  position at;  ///< of the job's table
  std::optional<placed_text> name;
  std::optional<std::vector<placed_text>> argv;  ///< not together with run
  std::optional<placed_text> run;
  std::optional<matrix> combinations;
  std::optional<std::vector<need_draft>> needs;
  settings_draft settings;
};

/// Takes the keys that the job lacks from `defaults`, except settings. argv and run are one choice:
/// a job with either takes neither.
void inherit(job_draft& job, const job_draft& defaults);

/// Sets the variables of `more` in `env`, replacing those with the same name.
void merge_env(env_changes& env, const env_changes& more);

}  // namespace weir::doc
