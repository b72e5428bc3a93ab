/// Needs of one job that cannot all be met: the success of a job, and its failure.
///
/// The same job may be needed by its own name and by that of its matrix.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "input/manifest/field_checker.hpp"
#include "input/manifest/job_draft.hpp"

namespace weir::doc {

/// A need, and the jobs that its name stands for, by whatever number tells them apart.
struct named_jobs {
  const need_draft* need;
  std::span<const std::uint64_t> jobs;
};

/// The first is null if the second contradicts several others.
struct contradiction {
  const need_draft* first;
  const need_draft* second;
};

/// Whether some of these might contradict each other: looking closer costs more.
bool may_contradict(std::span<const need_draft> needs);

/// \param needs without those of jobs that are allowed to fail: an allowed failure meets both.
std::optional<contradiction> find_contradiction(std::span<const named_jobs> needs);

void tell_contradiction(const contradiction& both, field_checker& check);

}  // namespace weir::doc
