/// How a job ended and what it executed, as JSON: the form used by every record and the journal.
#pragma once

#include <string>
#include <string_view>

#include <weir/argument_list.hpp>
#include <weir/event.hpp>
#include <weir/outcome.hpp>

#include "text/json_text.hpp"

namespace weir {

/// Adds the kind of outcome as the member `kind`, and its details as further members: "exited" and
/// code; "signaled", signal, core_dumped and, only if true, for_memory; "timed_out" and limit;
/// "spawn_failed", errno, error, what and, if known, step; "cancelled" and started; "skipped" and
/// reason; "left_running" and what.
void add_outcome(json_object& to, std::string_view kind, const outcome& how);

/// Adds "cgroup", an object of what the control group of an attempt has used: memory_peak, user,
/// system, read, written, oom_kills, as far as the kernel says them. Null: adds nothing.
void add_group_usage(json_object& to, const group_usage* used);

/// Appends an array of strings.
void append_json(std::string& to, const argument_list& argv);

}  // namespace weir
