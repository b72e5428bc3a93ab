/// How a job ended, as JSON: what outcome.json and a line of results have in common.
#pragma once

#include <string>

#include <weir/event.hpp>

#include "report/records/record.hpp"
#include "text/json_text.hpp"

namespace weir {

/// seq, name, argv, outcome, verdict, attempts; and of a job that ran started, seconds, cpu,
/// max_rss, bytes: of its last attempt.
void add_result(json_object& to, const job_ended& ended, const record_settings& settings);

/// attempt, outcome, started, seconds, cpu, max_rss, bytes: of an attempt before the last.
void add_attempt(json_object& to, unsigned attempt, const attempt_result& result,
                 const record_settings& settings);

/// Whether what the job wrote was seen: jobs of a manifest may inherit weir's own streams.
bool is_captured(const job_ended& ended);
bool is_captured(const job_spec& job);

}  // namespace weir
