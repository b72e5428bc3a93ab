/// GNU parallel's nine columns that say how a job went, for --joblog and for tables of results.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <weir/event.hpp>

#include "report/records/record.hpp"

namespace weir {

/// GNU parallel 20221122 writes 0 or 1 as the Exitval of a job that was killed or timed out; here
/// it is -1, so that no failure looks like a success. Send is the size of the job's block.
struct joblog_columns {
  static constexpr std::array<std::string_view, 9> names{
      "Seq", "Host", "Starttime", "JobRuntime", "Send", "Receive", "Exitval", "Signal", "Command"};
  static constexpr std::size_t seconds = 3, received = 5;

  /// \pre the job was started.
  joblog_columns(const job_ended& ended, const record_settings& settings);

  std::array<std::string, 9> texts;
};

/// Whether a job has a line: it ran, and the run's end did not cut it off. Who resumes by the
/// numbers in a joblog takes each job in it for done.
bool has_joblog_line(const job_ended& ended) noexcept;
/// The run was stopped, and the job with it; nobody wanted this job in particular to end.
bool was_cut_off(const job_ended& ended) noexcept;

}  // namespace weir
