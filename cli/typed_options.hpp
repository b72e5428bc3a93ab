/// The words of the command line as they were typed, and what they mean together.
///
/// It sees no CLI11: options.cpp fills in the words.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "options.hpp"

namespace weir::cli {

/// A value that is a word of its own: it may have been meant to follow a forgotten value.
struct value_apart {
  std::string option;  ///< its first long name
  std::string name;    ///< as typed
  std::string value;
};

/// The words as typed; what they mean is decided once all are known.
struct typed_options {
  std::string delimiter, max_line, max_args, max_lines, column_separator, header, trim, nice;
  std::string replaced, replaced_long, parens, block, bin, group_by;
  std::vector<std::string> tags;                        ///< --rpl
  std::optional<std::string> record_end, record_start;  ///< may be given and empty
  std::string max_chars, shuffle_seed;
  std::string limit, jobserver, pending_limit = "10000", delay;
  std::string load, memfree, memsuspend, job_memory, job_gpus, gpus, gate, control, color_jobs;
  std::string output, tag_text;
  std::string progress, ci = "auto";
  std::string halt, retries, retry_delay, retry_max, retry_on, ok, skip, timeout;
  std::string cgroup, close_timeout, leftovers, wait_timeout, term_timeout;
  std::string as, format, node_retries, slurm_workers;
  std::string journal, resume, unfinished, sync, junit_suite;
  std::string shard;  ///< I/N, or with --pipe a column
  bool resume_failed = false;
  bool dashes = false;                              ///< `--` ends the options
  std::vector<value_apart> apart;                   ///< in the order of the command line
  std::map<std::string_view, std::string> records;  ///< values by the format's option
  bool packs = false, packs_words = false, packs_all = false, shuffle = false;
  bool null = false, group = false, line = false, raw = false, tag = false, bar = false,
       no_progress = false, schema = false, help = false, help_all = false, version = false,
       quiet = false, will_cite = false, pty = false, tty = false, pipe = false, pipepart = false,
       regexp = false, removes_separators = false, round_robin = false, tee = false, cat = false,
       fifo = false, noswap = false;
};

/// Decides what the words mean, once all of them are known.
/// \param cpus the basis of limits. \param words COMMAND and everything after it.
/// \throws usage_error with one clear message.
void settle(options& o, const typed_options& typed, unsigned cpus, std::vector<std::string> words);

}  // namespace weir::cli
