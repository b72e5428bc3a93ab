/// What the command line requests, checked and in the program's own types.
///
/// Only options.cpp, input_options.cpp and cluster_options.cpp see CLI11. Values are parsed by
/// lib/src/input, so that a manifest and the command line accept the same forms.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <weir/job_spec.hpp>

#include "batch/engine_settings.hpp"
#include "batch/job_factory.hpp"
#include "batch/journaled_source.hpp"
#include "cluster_options.hpp"
#include "dialect_options.hpp"
#include "input/block_rules.hpp"
#include "input/dealing_rules.hpp"
#include "input/parse_command.hpp"
#include "input/shard.hpp"
#include "option_names.hpp"
#include "process/control_group_jobs.hpp"
#include "report/ci_groups.hpp"
#include "report/output_options.hpp"
#include "report/records/journal.hpp"
#include "text/make_flags.hpp"

namespace weir::cli {

enum class progress_when { automatic, always, never };

/// A way out before anything runs: --help, --version.
struct print_and_leave {
  std::string text;
};

enum class manifest_format { toml, jsonl };

/// --file and what goes with it.
struct manifest_options {
  std::string file;  ///< empty: no manifest; "-": stdin
  std::optional<manifest_format> format;
  bool check = false;
  bool graph = false;
  std::vector<std::string> names;  ///< run these and what they need
  std::vector<std::string> only;
  std::vector<std::string> except;
};

/// --journal, --resume and what goes with them.
struct journal_options {
  std::string path;  ///< empty: no journal is kept
  bool resume = false;
  resume_settings settings;
  journal_sync sync = journal_sync::batch;
};

/// A record of the run, in a file.
struct record_request {
  const record_format* format;
  std::string path;
};

/// What was given explicitly on the command line: it overrides a manifest's [run].
struct given_options {
  std::string limit;  ///< as it was typed; empty if not given
  bool pending_limit = false;
  std::string halt;
  bool output = false;
};

enum class jobserver_kind { fifo, pipe };

/// Whose permission jobs need to run, in addition to the limit.
struct token_options {
  std::optional<jobserver_kind> made;         ///< --jobserver
  std::optional<jobserver_address> joined;    ///< make's, from MAKEFLAGS
  std::optional<unsigned> jobs_of_make = {};  ///< make -jN
  bool make_touches = false;                  ///< make -t: nothing is run, nor shown
  bool make_asks = false;                     ///< make -q: nor this, and jobs are a status of 1
};

/// What the machine must have before a job starts.
struct gate_options {
  std::optional<double> load;               ///< --load
  std::optional<std::uint64_t> memfree;     ///< bytes
  std::optional<std::uint64_t> memsuspend;  ///< bytes
  bool noswap = false;                      ///< --noswap
  std::string command;                      ///< --gate; empty if none
  bool learns = false;                      ///< a job may claim what it took in an earlier run
  std::optional<unsigned> gpus;             ///< --gpus, here or on each machine
  bool claims_share = false;                ///< --job-memory is a share of this machine's memory
};

/// --control: a socket through which a run takes commands.
struct control_options {
  bool in_runtime_directory = false;
  std::string path;  ///< empty, and not in the runtime directory either: none
  bool wanted() const { return in_runtime_directory || !path.empty(); }
};

struct options {
  option_names names;  ///< for messages
  manifest_options manifest;
  given_options given;

  // Input
  std::vector<std::string> arg_files;        ///< -a, in order; "-" is stdin
  std::optional<std::string> delimiter;      ///< -0, -d; nullopt: newline
  bool empty_is_fine = false;                ///< -r: even /dev/null is a list
  std::optional<std::size_t> max_line = {};  ///< nullopt: 16 MiB, 64 MiB for a manifest
  std::string shell;                     ///< for scripts; empty with a manifest, which has its own
  std::vector<std::string> functions;    ///< bash functions: bash runs lines that call one
  item_settings items;                   ///< with the COMMAND; if that is empty, lines are commands
  std::vector<input_group> inputs;       ///< ::: and the like
  group_signs separators;                ///< --arg-sep, --arg-file-sep
  bool links = false;                    ///< all sources advance in step
  std::string items_end;                 ///< -E; empty: they end only at the end of the input
  bool skips_first_line = false;         ///< of the first source
  bool joins_lines = false;              ///< a line that ends with a blank continues on the next
  bool skips_space = false;              ///< an item of only white space is not an item
  std::optional<std::uint64_t> shuffle;  ///< a seed: items come in random order
  std::optional<block_rules> blocks;     ///< the input is split into these; nullopt: it is not
  bool blocks_of_file = false;           ///< --pipepart: as ranges of a file, which is not read
  block_as blocks_as = block_as::stdin_pipe;
  std::optional<dealing_rules> dealing;  ///< among concurrent jobs; nullopt: one job per block
  std::uint64_t blocks_per_slot = 0;     ///< blocks for each slot; 0: by their size

  // What jobs have in common, and the run
  job_settings job;
  leftover_rule leftovers = leftover_rule::leave;  ///< for jobs with no rule of their own
  engine_settings engine;
  token_options tokens;
  cluster_options cluster;
  gate_options gates;
  std::string limit_file;  ///< -j FILE; empty if none
  control_group_settings control_groups;
  control_options control;
  bool colours_jobs = false;  ///< --color-jobs: they are told to use colours
  /// Whether weir's own lines have colours; nullopt: the environment says so, which jobs share.
  std::optional<bool> own_colours = {};
  std::optional<int> nice;  ///< of weir, and so of its jobs
  std::string tmpdir;       ///< empty: from TMPDIR
  unsigned cpus = 1;

  // Output and progress
  output_options output;
  progress_when progress = progress_when::automatic;
  unsigned quiet = 0;         ///< 1: only a line for each failure; 2: not even that
  bool summary = false;       ///< even if all went well
  std::optional<ci_kind> ci;  ///< --ci; nullopt: from the environment
  bool echo = false;          ///< -t: each command line to stderr as it starts
  bool dry_run = false;

  journal_options journal;
  std::optional<shard> part;  ///< which part of the run to run here, if it has several
  std::shared_ptr<shard_share> share = std::make_shared<shard_share>();  ///< counted meanwhile
  std::string durations;  ///< file with the durations of jobs; empty if none
  std::vector<record_request> records;
  std::string junit_suite = "weir";
  dialect_options dialect;
  std::string command_line;  ///< weir's own, for records; cut if very long
};

/// How often standard input is named as a source of items, command lines or a manifest, or is one
/// because nothing else is. Twice is refused when options are parsed.
std::size_t uses_of_stdin(const options& o);

/// One job at a time, from the first to the last.
inline bool runs_one_by_one(const options& o) {
  return o.engine.limit == 1u && o.limit_file.empty() && !o.control.wanted();
}

/// Checks options for output that exclude each other; also called once a manifest is known.
/// \throws usage_error.
void check_output(const options& o);

/// \param cpus this process may use: the basis of limits. \param spoken names under which options
/// were typed in another tool's words: by weir's first long name.
/// \throws usage_error with one clear message; print_and_leave for --help and --version.
options parse_options(int argc, const char* const* argv, unsigned cpus,
                      const std::map<std::string, std::string>& spoken = {});

}  // namespace weir::cli
