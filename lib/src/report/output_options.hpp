/// How the output of jobs is to be ordered: plain values.
#pragma once

#include <weir/job_spec.hpp>

namespace weir {

struct output_options {
  output_mode mode = output_mode::group;
  bool keep_order = false;     ///< in order of seq
  bool live = false;           ///< one job at a time (limit 1): it streams as it writes
  bool silent = false;         ///< it goes to records alone
  bool names_results = false;  ///< where its stdout is (job_spec::item), in place of it
  bool tags = false;           ///< each line has a tag, which may be empty (--tag)
  bool tag_ends_line = true;   ///< a last line with a tag gets a newline where it has none
  bool shows_line = false;     ///< the text of its job (shown_line.hpp) before its stdout
  bool last_attempt = false;   ///< of a group: what attempts before the last one wrote is dropped
  bool final_newline = false;  ///< a stream that does not end with one gets a newline
};

}  // namespace weir
