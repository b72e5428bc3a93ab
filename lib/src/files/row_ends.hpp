/// Where rows end in the file of a record that an earlier run has left.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include <sys/types.h>

namespace weir {

/// What ends a row of a record. quoted: a newline that is not between quotes (RFC 4180).
enum class row_end { newline, quoted };

/// Whether a row is to stay. It may get only the beginning of a long one.
using row_test = std::function<bool(std::string_view row)>;

/// \returns the end of the last whole row; nullopt: it cannot be read.
std::optional<off_t> end_of_whole_rows(int fd, row_end ends);
/// \returns the end of the last row that is to stay; nullopt: it cannot be read.
/// \pre the last row is whole.
std::optional<off_t> end_of_rows_to_stay(int fd, row_end ends, const row_test& stays);

}  // namespace weir
