/// Connects the needs of a whole manifest: names become jobs, and the jobs get their order and seq.
#pragma once

#include <vector>

#include "input/manifest/expander.hpp"
#include "input/manifest/field_checker.hpp"
#include "input/manifest/manifest.hpp"

namespace weir::doc {

/// The jobs in the order of manifest::jobs. Empty, with faults, for names that are given twice or
/// not known, jobs that need themselves, and cycles.
std::vector<manifest_job> link(std::vector<open_job> jobs, field_checker& check);

/// Faults for what goes round in circles among jobs that wait for each other.
/// \param graph the needs between `jobs`, by index.
void tell_cycles(const std::vector<std::vector<std::size_t>>& graph,
                 const std::vector<const open_job*>& jobs, field_checker& check);

}  // namespace weir::doc
