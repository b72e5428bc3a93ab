/// What GNU parallel's options request besides the output: its log, which jobs in that run again,
/// and showing command lines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dialects/option_table.hpp"
#include "input/result_tree.hpp"

namespace weir {

/// Which jobs run again, given --joblog FILE.
enum class parallel_resume : std::uint8_t {
  all,           ///< every job; FILE is overwritten
  unended,       ///< --resume: those without a line there
  unsuccessful,  ///< --resume-failed: also those that failed
  failed,        ///< --retry-failed: only those that failed, by the commands in FILE
};

struct parallel_records {
  bool prints_starts = false;    ///< -t
  bool lines_in_output = false;  ///< -v: before a job's output
  std::string joblog;            ///< without the leading + that keeps its contents
  bool keeps_joblog = false;
  bool names_files = false;  ///< --files
  parallel_resume resume = parallel_resume::all;
  std::string resumed_by;  ///< the option as typed
  std::string results;     ///< --results: a directory, a path with placeholders, or a table

  /// Whether jobs' lines are needed as GNU parallel shows them (shown_line.hpp).
  bool shows_lines() const {
    return prints_starts || lines_in_output || !joblog.empty() || is_result_table(results);
  }
};

/// \returns whether it is such an option.
/// \throws usage_error
bool take_record_option(parallel_records& records, const given_foreign_option& o);

/// weir's options with the same effect.
/// \param by_chance the order differs each time.
/// \throws usage_error for options that exclude each other.
std::vector<std::string> words_for(parallel_records& records, bool by_chance);

}  // namespace weir
