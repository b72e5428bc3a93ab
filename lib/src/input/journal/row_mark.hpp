/// What a row of a record has in common with the end of its job in a journal or a joblog: the job's
/// number, and when its last attempt started.
///
/// A run that is killed may have written a row whose job has no end yet in what the run is resumed
/// from. That job runs again, and its row has to go.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace weir {

struct row_mark {
  std::uint64_t seq = 0;
  std::optional<std::chrono::system_clock::time_point> started;  ///< nullopt: it never ran
};

/// Times that differ by less may be one: records have them in milliseconds, or in microseconds.
constexpr std::chrono::milliseconds as_good_as_same{2};

/// Whether a run that is resumed knows the end that a row tells of. If not, the job runs again.
using end_test = std::function<bool(const row_mark&)>;

// Of the beginning of a row; nullopt: it is none, as a heading.
std::optional<row_mark> mark_in_joblog(std::string_view row);
std::optional<row_mark> mark_in_csv(std::string_view row);
/// FILE.json, as GNU parallel has it.
std::optional<row_mark> mark_in_json(std::string_view row);
/// FILE.jsonl, as result_lines has it.
std::optional<row_mark> mark_in_result_line(std::string_view row);

}  // namespace weir
