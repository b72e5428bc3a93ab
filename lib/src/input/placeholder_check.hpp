/// Placeholders that nothing can fill: told before anything starts, since `rm -rf /data/{2}` must
/// not become `rm -rf /data/`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weir {

/// \param farthest the {n} or {-n} that needs most items; 0: none. \param items of a job, at most.
/// \throws usage_error if {n} is beyond them.
void check_reach(std::int32_t farthest, std::size_t items);

/// \param text of the command, or of a tag. \param names of the columns (--header).
/// \throws usage_error for a {word} that looks like a name and is none. ${word} is the shell's.
void check_names(std::string_view text, std::span<const std::string> names);

/// "1 column, and {3} needs 3". \param unit what the items are: column, item.
std::string missing_items(std::size_t items, std::int32_t farthest, std::string_view unit);

}  // namespace weir
