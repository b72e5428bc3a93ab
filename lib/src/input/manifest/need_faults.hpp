/// What can be wrong between jobs, in words: with names, and with needs that refer to them.
///
/// Jobs are connected in two ways, all at once (linker.hpp) and as they come (need_resolver.hpp),
/// and a mistake reads the same in both. A place that has a fault gets no second one.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "input/manifest/expander.hpp"
#include "input/manifest/field_checker.hpp"
#include "input/manifest/need_graph.hpp"

namespace weir::doc {

/// Whether this job may be allowed to fail: it is, or its settings could not be read.
bool may_fail(const manifest_job& job);

/// \param at of the later job
/// \param first_at of the earlier one with the same name.
void tell_duplicate(std::string_view name, position at, position first_at, field_checker& check);

void tell_self_need(const need_draft& need, std::string_view job, field_checker& check);

/// \param known names to search for a similar one.
void tell_unknown(const need_draft& need, std::vector<std::string_view> known,
                  field_checker& check);

/// Where a job says that it needs another, both by index.
using need_place = std::function<position(std::size_t from, std::size_t to)>;

/// Adds faults for cycles of jobs that wait for each other.
/// \returns whether there are any.
/// \param graph the needs between the jobs with these `names`, by index.
bool tell_cycles(const need_graph& graph, const std::vector<std::string_view>& names,
                 const need_place& place_of, field_checker& check);

}  // namespace weir::doc
