/// Which planned job has which number: jobs that are added while a run goes on come in between.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "simulation/scenario.hpp"

namespace simulation {

class numbering {
 public:
  explicit numbering(const scenario& plan) : plan_(plan), numbers_(plan.jobs.size()) {
    planned_.reserve(plan.jobs.size());
  }

  /// Gives a planned job the next number, and returns that.
  std::uint64_t give(std::size_t index) {
    planned_.push_back(index);
    return numbers_[index] = planned_.size();
  }
  /// 0: it has none yet.
  std::uint64_t of(std::size_t index) const { return numbers_[index]; }
  const planned_job& job(std::uint64_t number) const { return plan_.jobs[planned_[number - 1]]; }
  const std::vector<std::uint64_t>& all() const noexcept { return numbers_; }

 private:
  const scenario& plan_;
  std::vector<std::uint64_t> numbers_;  ///< by place in the plan
  std::vector<std::size_t> planned_;    ///< by number - 1
};

}  // namespace simulation
