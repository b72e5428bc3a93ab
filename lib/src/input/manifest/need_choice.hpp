#pragma once

#include <algorithm>
#include <span>

#include <weir/job_spec.hpp>

namespace weir {

/// The first of a job's needs, and, where one of several is enough, all of these: they stand next
/// to each other. \pre needs is not empty.
inline std::span<const need> first_choice(std::span<const need> needs) {
  const std::uint32_t choice = needs.front().any_of;
  if (choice == 0) return needs.first(1);
  const auto end =
      std::ranges::find_if(needs, [choice](const need& n) { return n.any_of != choice; });
  return {needs.begin(), end};
}

}  // namespace weir
