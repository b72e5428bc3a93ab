/// What GNU parallel's options ask for beside the output: its log, what of that runs again, and
/// command lines that are shown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dialects/option_table.hpp"
#include "input/result_tree.hpp"

namespace weir {

/// What of the jobs in --joblog FILE runs again.
enum class parallel_resume : std::uint8_t {
  all,           ///< every job; FILE begins anew
  unended,       ///< --resume: what has no line there
  unsuccessful,  ///< --resume-failed: also what failed
  failed,        ///< --retry-failed: what failed, and nothing else, by the commands in FILE
};

struct parallel_records {
  bool prints_starts = false;    ///< -t
  bool lines_in_output = false;  ///< -v: in front of what a job writes
  std::string joblog;            ///< without the + that keeps what is in it
  bool keeps_joblog = false;
  bool names_files = false;  ///< --files
  parallel_resume resume = parallel_resume::all;
  std::string resumed_by;  ///< the option, as it was typed
  std::string results;     ///< --results: a directory, a path with placeholders, or a table

  /// Whether jobs' lines are needed as GNU parallel shows them (shown_line.hpp).
  bool shows_lines() const {
    return prints_starts || lines_in_output || !joblog.empty() || is_result_table(results);
  }
};

/// \returns whether it is such an option. \throws usage_error
bool take_record_option(parallel_records& records, const given_foreign_option& o);

/// The options of weir's that do it. \throws usage_error for what does not go together.
/// \param by_chance the order is another one each time.
std::vector<std::string> words_for(parallel_records& records, bool by_chance);

}  // namespace weir
