/// How to order the output of jobs: plain values.
#pragma once

#include <weir/job_spec.hpp>

namespace weir {

struct output_options {
  output_mode mode = output_mode::group;
  bool keep_order = false;  ///< in order of seq
  bool live = false;        ///< one job at a time (limit 1): it streams as it writes
  bool silent = false;      ///< output goes only to records
  bool names_results =
      false;          ///< print where a job's stdout is kept (job_spec::item) instead of its stdout
  bool tags = false;  ///< each line has a tag, which may be empty (--tag)
  bool tag_ends_line = true;   ///< a tagged last line gets a newline if it has none
  bool shows_line = false;     ///< the job's text (shown_line.hpp) precedes its stdout
  bool last_attempt = false;   ///< in group mode: output of attempts before the last is dropped
  bool final_newline = false;  ///< a stream that does not end with one gets a newline
};

}  // namespace weir
