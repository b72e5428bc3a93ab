/// --journal and --resume: the file, and what it says about an earlier run.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "files/journal_file.hpp"
#include "input/journal/journal_history.hpp"
#include "options.hpp"

namespace weir::cli {

struct opened_journal {
  std::unique_ptr<journal_file> file;  ///< null: no journal is kept
  journal_history history;             ///< empty unless a run is resumed
  bool resumed = false;
  bool has_records = false;  ///< of the run that is resumed: others may have something to keep, too
  end_test knows;            ///< what they need not keep: record_settings::knows
  std::string dir;           ///< in which weir runs; empty: not known
  std::optional<std::chrono::nanoseconds> mean_time;  ///< of its jobs
  std::map<job_key, std::uint64_t> peaks;             ///< of memory, where the run learns them
  std::vector<std::string> notes;                     ///< for people: what was found and repaired
};

/// Opens and locks the journal, cuts off what a crash left at its end, and reads what is resumed.
/// In a dry run it is only read. \throws usage_error if another process has it, or if it is not a
/// journal; io_error.
opened_journal open_journal(const options& o);

}  // namespace weir::cli
