/// Needs of one job that cannot all be met: both the success and the failure of a job.
///
/// The same job may be needed by its own name and by its matrix's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "input/manifest/field_checker.hpp"
#include "input/manifest/job_draft.hpp"

namespace weir::doc {

/// A need, and the jobs that its name stands for, by any numbers that tell them apart.
struct named_jobs {
  const need_draft* need;
  std::span<const std::uint64_t> jobs;
};

/// The first is null if the second contradicts several others.
struct contradiction {
  const need_draft* first;
  const need_draft* second;
};

/// Whether some of these might contradict each other, which is cheaper to check.
bool may_contradict(std::span<const need_draft> needs);

/// \param needs except those of jobs that may fail: an allowed failure meets both.
std::optional<contradiction> find_contradiction(std::span<const named_jobs> needs);

void tell_contradiction(const contradiction& both, field_checker& check);

}  // namespace weir::doc
