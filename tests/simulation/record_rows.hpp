/// Reads records as other programs do: the joblog, results as JSON Lines, and as a table. It shares
/// no code with what writes them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/scenario.hpp"

namespace simulation {

/// What a record says about a job.
struct record_row {
  std::uint64_t seq = 0;
  std::string command;
  std::string exit_value;  ///< empty: the record does not have these two
  std::string signal;
  std::string verdict;                            ///< likewise
  std::string attempts;                           ///< likewise
  std::vector<std::array<std::string, 2>> wrote;  ///< its last attempt, then the earlier ones
};

/// \returns nullopt if it is not whole.
std::optional<std::vector<record_row>> read_record(file_kind kind, std::string_view contents);

}  // namespace simulation
