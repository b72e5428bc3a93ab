/// A manifest as values: what `weir --file` runs, whether written in TOML or as JSON Lines.
///
/// Pure: text in, values out. It opens no file itself, starts nothing, and knows neither the
/// command line nor the engine. job_spec says what a job is; this adds what only a manifest can say
/// about it.
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

/// [run]: settings of the whole run, unless the command line overrides them.
struct run_settings {
  std::optional<std::string> limit;  ///< valid for --limit: "8", "50%"
  std::optional<std::size_t> pending_limit;
  std::optional<std::string> halt;  ///< valid for --halt
  std::optional<output_mode> output;
  std::optional<bool> keep_order;
  std::vector<std::string> on;  ///< each valid for --on; empty: here
  env_changes env;              ///< already part of each job's settings
  std::string dir;              ///< already part of each job's settings; empty: weir's own
  std::string shell;            ///< for the scripts in `run`; already part of their argv
  bool operator==(const run_settings&) const = default;
};

/// [pool.NAME]: units that jobs take while they run.
struct pool_settings {
  std::string name;
  unsigned capacity = 1;
  bool operator==(const pool_settings&) const = default;
};

namespace doc {
struct settings_draft;
struct document_head;
}  // namespace doc

struct manifest_job {
  job_spec spec;
  std::string group;  ///< the name as written: "lint-{dir}" for all jobs of a matrix
};

struct manifest {
  run_settings run;
  std::vector<pool_settings> pools;
  /// Every job comes after all that it needs; otherwise in the order of the file. seq is 1, 2, 3...
  /// A source that returns them in this order can never block on a full pending queue.
  std::vector<manifest_job> jobs;
  /// For jobs that are added while these run.
  std::shared_ptr<const doc::document_head> head = {};
};

/// The most jobs in one manifest, and combinations of one matrix.
inline constexpr std::size_t most_jobs = 1'000'000;
inline constexpr std::size_t most_combinations = 100'000;

/// The longest line of JSON in bytes, unless --max-line says otherwise.
inline constexpr std::size_t longest_job_line = 64u << 20;

/// Finds the blocks of a file: for stdin = { split = FILE }, the only thing that a manifest needs
/// to know about a file. At least one, which may be empty; at most `most`, plus one if there are
/// more. Throws usage_error or io_error for a file that cannot be split.
using block_finder = std::function<std::vector<block_input>(
    const std::string& path, const block_rules& rules, std::size_t most)>;

/// What influences the jobs of a manifest from outside.
struct manifest_context {
  block_finder blocks = {};  ///< empty: splitting a file is a fault
  /// For jobs that lack a setting, if [defaults] lacks it, too; null: none.
  std::shared_ptr<const doc::settings_draft> settings = {};
  /// Where jobs run, in place of [run] on, each valid for --on; empty: as [run] says.
  std::vector<std::string> on = {};
  /// The most GPUs that a job can have where these places are; nullopt: not known yet. Empty: the
  /// same.
  std::function<std::optional<unsigned>(const std::vector<std::string>& on)> most_gpus = {};
  /// Throws usage_error, which begins with the key, if the value of this key of [run] cannot be
  /// used on this machine: it becomes a fault. Empty: nothing is refused.
  std::function<void(const run_settings& run, std::string_view key)> refuse_run = {};
};

/// Bytes of TOML parsed at a time.
inline constexpr std::size_t toml_piece = 16u << 10;

/// Reads a whole TOML manifest.
/// \param file its name, for messages.
/// \param piece_size bytes parsed at a time if that is possible (toml_pieces.hpp). The result is
/// the same.
/// \throws usage_error with up to 20 faults, each with file:line:column, an excerpt, what was found
/// and what was expected. Nothing of the manifest is then usable.
manifest read_toml_manifest(std::string_view text, std::string_view file,
                            std::size_t piece_size = toml_piece,
                            const manifest_context& context = {});

/// Reads a whole JSON Lines text, as read_toml_manifest() reads TOML: for --check, --graph and
/// selections. To run them, use job_stream (job_stream.hpp), whose memory does not grow with the
/// lines.
/// \param longest_line the most bytes per line.
manifest read_jsonl_manifest(std::string_view text, std::string_view file,
                             std::size_t longest_line = longest_job_line,
                             const manifest_context& context = {});

/// The JSON Schema of a TOML manifest, as installed and as `weir --schema` prints it.
std::string_view manifest_schema();

}  // namespace weir
