/// What the end of an attempt means for its job.
#pragma once

#include <chrono>
#include <vector>

#include <weir/job_spec.hpp>
#include <weir/outcome.hpp>
#include <weir/tally.hpp>

namespace weir {

/// Whoever stops a run may signal all of its processes, one by one: within this time, the signal
/// that has reached a job reaches weir.
constexpr std::chrono::milliseconds heard_within(300);

/// Compares the status that a shell would report: a script that is a single command is executed
/// without one.
bool is_among(const outcome& how, const std::vector<int>& codes);

/// Whether that is a success depends on the job: which exit codes are ok, or mean a skip.
verdict judge(const outcome& how, const job_settings& settings);

/// Whether it failed in the way in which jobs answer a signal that stops runs (HUP, INT, QUIT,
/// TERM): many programs that catch one exit with 128 and its number, as a shell would report it.
bool failed_by_stop_signal(const outcome& how, const job_settings& settings);

/// What the end of an attempt is that would be a failure, had the run not been stopped:
/// cancelled::by_itself.
cancelled ended_by_itself(const outcome& how);

}  // namespace weir
