/// Which job failed and how, in words: the same in a line at once and in the summary at the end.
#pragma once

#include <string>

#include <weir/event.hpp>

namespace weir {

/// "lint (job 3)", or without a name "job 3". Escaped.
std::string job_label(const job_spec& job, bool utf8);

/// The command line of a job that has no name, which says more than its label; else empty. Escaped
/// and clipped.
std::string shown_title(const job_spec& job, bool utf8);

/// "lint (job 3) failed: exit 1 after 2.5s, attempt 2 (allowed to fail)"; of a command line in the
/// place of a program also what to write. Escaped.
std::string failure_text(const job_ended& e, bool utf8);

/// "lint (job 3) was cancelled after 2.5s". Escaped.
std::string cancel_text(const job_ended& e, bool utf8);

}  // namespace weir
