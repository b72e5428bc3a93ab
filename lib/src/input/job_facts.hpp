/// What expressions may know about their job besides the current item, and report about it.
///
/// Shared between the expressions of a command line and the code that fills it in for each job.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace weir {

struct job_facts {
  std::uint64_t total = 0;                    ///< jobs in all
  bool wants_total = false;                   ///< an expression asks for the total
  std::span<const std::string_view> items{};  ///< of the job
  bool skipped = false;                       ///< an expression wants the job not to run
  std::uint64_t left_out = 0;                 ///< earlier jobs that were skipped this way
};

}  // namespace weir
