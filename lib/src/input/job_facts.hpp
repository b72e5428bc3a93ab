/// What expressions may know of their job beside the item at hand, and say about it.
///
/// Those of one command line share it with who fills them in: it is of the job at hand.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace weir {

struct job_facts {
  std::uint64_t total = 0;                    ///< jobs in all
  bool wants_total = false;                   ///< an expression asks for that
  std::span<const std::string_view> items{};  ///< of the job
  bool skipped = false;                       ///< an expression wants the job not to run
  std::uint64_t left_out = 0;                 ///< jobs before it for which one wanted that
};

}  // namespace weir
