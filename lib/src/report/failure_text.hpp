/// Which job failed and how, in words: the same in the line printed at once and in the summary.
#pragma once

#include <string>

#include <weir/event.hpp>

namespace weir {

/// "lint (job 3)", or without a name "job 3". Escaped.
std::string job_label(const job_spec& job, bool utf8);

/// The command line of a job that has no name, which says more than its label; empty for other
/// jobs. Escaped and clipped.
std::string shown_title(const job_spec& job, bool utf8);

/// "lint (job 3) failed: exit 1 after 2.5s, attempt 2 (allowed to fail)"; if a command line was
/// given in place of a program, also what to write instead. Escaped.
std::string failure_text(const job_ended& e, bool utf8);

/// "lint (job 3) was cancelled after 2.5s". Escaped.
std::string cancel_text(const job_ended& e, bool utf8);

}  // namespace weir
