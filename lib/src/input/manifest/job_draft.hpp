/// A job, or [defaults], as it was written: every key that was there, checked by itself, not yet
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

/// A text with its place, for faults that are found only later.
struct placed_text {
  std::string text;
  position at;
};

struct need_draft {
  placed_text job;  ///< a name, a group, or a template of one
  need_on on = need_on::success;
  std::optional<bool> any;  ///< `of`: one job of a matrix is enough

  /// Of several jobs that the name stands for, whether one has to end as said, or each of them. A
  /// failure of one is what there is to clean up after.
  bool asks_for_any() const {
    return on != need_on::always && any.value_or(on == need_on::failure);
  }
};

struct pool_use {
  placed_text name;
  unsigned units = 1;
  /// Whether they ask for the same, wherever they stand.
  bool operator==(const pool_use& other) const {
    return name.text == other.name.text && units == other.units;
  }
};

/// Exit codes as they were written, with their place for faults.
struct exit_codes {
  std::vector<int> codes;
  position at;
  /// Whether they say the same, wherever they stand.
  bool operator==(const exit_codes& other) const { return codes == other.codes; }
};

/// `env` of one table. A value of nullopt unsets.
using env_draft = env_changes;

/// stdin: exactly one of the three; block and header go with split.
struct stdin_draft {
  std::optional<std::string> file;
  std::optional<std::string> text;
  std::optional<std::string> split;  ///< a file; each of its blocks is the stdin of a job
  position at;                       ///< of split
  std::optional<std::uint64_t> block;
  std::optional<std::uint64_t> header_lines;
  std::optional<std::string> header;  ///< an expression, in place of header_lines
  bool operator==(const stdin_draft&) const = default;
};

/// What becomes job_settings: many jobs of a manifest say the same here, or nothing.
struct settings_draft {
  std::optional<std::vector<pool_use>> pools;
  std::optional<unsigned> weight;
  std::optional<int> priority;
  std::optional<int> nice;
  std::optional<io_priority> ionice;
  std::optional<std::vector<resource_limit>> limits;
  std::optional<mode_t> umask;
  std::optional<bool> tty;
  std::optional<bool> interactive;
  std::optional<bool> clear_env;
  std::optional<std::vector<std::string>> pass_env;
  std::optional<std::uint64_t> memory;
  std::optional<double> cpus;
  std::optional<bool> shield;
  std::optional<duration> timeout;
  std::optional<duration> close_timeout;
  std::optional<retry_settings> retry;
  env_draft env;
  std::optional<std::string> dir;
  std::optional<stdin_draft> input;
  std::optional<exit_codes> ok;
  std::optional<exit_codes> skip;
  std::optional<exit_codes> retry_on;  ///< those of retry
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

/// Takes the keys that the job does not have from `defaults`, without settings. argv and run are
/// one choice: a job with either takes neither.
void inherit(job_draft& job, const job_draft& defaults);

/// Sets or replaces `more`'s variables in `env`.
void merge_env(env_changes& env, const env_changes& more);

}  // namespace weir::doc
