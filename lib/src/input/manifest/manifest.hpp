/// A manifest as values: what `weir --file` runs, whether it was written in TOML or as JSON Lines.
///
/// Pure: text in, values out. It opens no file itself, starts nothing, and knows neither the
/// command line nor the engine. job_spec says what a job is; here stands what only a manifest can
/// say of one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weir/job_spec.hpp>

#include "input/block_rules.hpp"

namespace weir {

/// Variables to set, or (nullopt) to unset.
using env_changes = std::vector<std::pair<std::string, std::optional<std::string>>>;

/// [run]: what the whole run takes, unless the command line says otherwise.
struct run_settings {
  std::optional<std::string> limit;  ///< as --limit takes it, and valid for it: "8", "50%"
  std::optional<std::size_t> pending_limit;
  std::optional<std::string> halt;  ///< as --halt takes it, and valid for it
  std::optional<output_mode> output;
  std::optional<bool> keep_order;
  std::vector<std::string> on;  ///< as --on takes it, and valid for it; empty: here
  env_changes env;              ///< already part of each job's settings
  std::string dir;              ///< already part of each job's settings; empty: weir's own
  std::string shell;            ///< of the scripts in `run`; already part of their argv
  bool operator==(const run_settings&) const = default;
};

/// [pool.NAME]: units that jobs take while they run.
struct pool_settings {
  std::string name;
  unsigned capacity = 1;
  bool operator==(const pool_settings&) const = default;
};

struct manifest_job {
  job_spec spec;
  std::string group;  ///< the name as written: "lint-{dir}" for all jobs of a matrix
};

struct manifest {
  run_settings run;
  std::vector<pool_settings> pools;
  /// Every job stands after all that it needs; otherwise in the order of the file. seq is 1,
  /// 2, 3... A source that gives them in this order can never block on a full pending queue.
  std::vector<manifest_job> jobs;
};

/// Jobs of one manifest, and combinations of one matrix, at most.
inline constexpr std::size_t most_jobs = 1'000'000;
inline constexpr std::size_t most_combinations = 100'000;

/// Bytes of a line of JSON, at most, unless --max-line says otherwise.
inline constexpr std::size_t longest_job_line = 64u << 20;

/// Finds the blocks of a file: for stdin = { split = FILE }, the only thing that a manifest needs
/// to know of a file. At least one, which may be empty; at most `most`, and one more if there are
/// more. Throws usage_error or io_error for a file that cannot be split.
using block_finder = std::function<std::vector<block_input>(
    const std::string& path, const block_rules& rules, std::size_t most)>;

namespace doc {
struct settings_draft;
}

/// What stands outside a manifest and has a say in its jobs.
struct manifest_context {
  block_finder blocks = {};  ///< empty: to split a file is a fault
  /// For jobs that neither say themselves nor find in [defaults]; null: none.
  std::shared_ptr<const doc::settings_draft> settings = {};
};

/// Bytes of TOML that are parsed at a time.
inline constexpr std::size_t toml_piece = 16u << 10;

/// Reads a whole TOML manifest.
/// \param file its name, for messages.
/// \param piece_size bytes that are parsed at a time if that is possible (toml_pieces.hpp). The
/// result is the same.
/// \throws usage_error with up to 20 faults, each with file:line:column, an excerpt, what was found
/// and what was expected. Then nothing of the manifest is usable.
manifest read_toml_manifest(std::string_view text, std::string_view file,
                            std::size_t piece_size = toml_piece,
                            const manifest_context& context = {});

/// Reads whole JSON Lines, as read_toml_manifest() reads TOML: for --check, --graph and selecting.
/// To run them, use job_stream (job_stream.hpp), which needs no more memory for more lines.
/// \param longest_line bytes of one, at most.
manifest read_jsonl_manifest(std::string_view text, std::string_view file,
                             std::size_t longest_line = longest_job_line,
                             const manifest_context& context = {});

/// The JSON Schema of a TOML manifest, as installed and as `weir --schema` prints it.
std::string_view manifest_schema();

}  // namespace weir
