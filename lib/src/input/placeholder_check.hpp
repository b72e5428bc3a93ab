/// Refuses placeholders that nothing can fill before anything starts: `rm -rf /data/{2}` must not
/// become `rm -rf /data/`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "input/placeholder_tags.hpp"

namespace weir {

/// The placeholder that needs the most items of a job.
struct farthest_placeholder {
  std::int32_t index = 0;  ///< the n of {n} or {-n}; 0: there is none
  std::string text;        ///< as written: {2.}, {02}, {name}
};

/// \param index as from farther().
/// \param texts command, tag and the like, one of which contains the placeholder.
farthest_placeholder as_written(std::int32_t index, std::span<const std::string> texts,
                                std::span<const std::string> names);

/// \param items that a job has at most.
/// \throws usage_error if the placeholder needs more.
void check_reach(const farthest_placeholder& farthest, std::size_t items);

/// Checks names in braces; ${word} belongs to the shell.
/// \param text of the command, or of a tag.
/// \param names of the columns (--header).
/// \param syntax further placeholders.
/// \throws usage_error for a {word} that looks like a column's name but is not one, and for a name
/// that two columns share.
void check_names(std::string_view text, std::span<const std::string> names,
                 const placeholder_syntax& syntax = {});

/// "only 1 column; {3} needs 3".
/// \param unit what to call the items: column, item.
std::string missing_items(std::size_t items, const farthest_placeholder& farthest,
                          std::string_view unit);

}  // namespace weir
