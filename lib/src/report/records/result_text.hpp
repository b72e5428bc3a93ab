/// How a job ended, as JSON: the part that outcome.json and a line of results share.
#pragma once

#include <string>

#include <weir/event.hpp>

#include "report/records/record.hpp"
#include "text/json_text.hpp"

namespace weir {

/// seq, name, argv, outcome, verdict, attempts; for a job that ran also started, seconds, cpu,
/// max_rss, bytes: those of its last attempt.
void add_result(json_object& to, const job_ended& ended, const record_settings& settings);

/// attempt, outcome, started, seconds, cpu, max_rss, bytes: for an attempt before the last.
void add_attempt(json_object& to, unsigned attempt, const attempt_result& result,
                 const record_settings& settings);

/// Whether the job's output passed through weir: jobs of a manifest may inherit its own streams.
bool is_captured(const job_ended& ended);
bool is_captured(const job_spec& job);

}  // namespace weir
