/// Placeholders that nothing can fill: told before anything starts, since `rm -rf /data/{2}` must
/// not become `rm -rf /data/`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "input/placeholder_tags.hpp"

namespace weir {

/// The placeholder that needs most items of a job.
struct farthest_placeholder {
  std::int32_t index = 0;  ///< its n of {n} or {-n}; 0: there is none
  std::string text;        ///< as it is written: {2.}, {02}, {name}
};

/// \param index as farther() has it. \param texts command and tag, one of which has it.
farthest_placeholder as_written(std::int32_t index, std::span<const std::string> texts,
                                std::span<const std::string> names);

/// \param items of a job, at most. \throws usage_error if the placeholder is beyond them.
void check_reach(const farthest_placeholder& farthest, std::size_t items);

/// \param text of the command, or of a tag. \param names of the columns (--header). \param syntax
/// what else is one. \throws usage_error for a {word} that looks like a name and is none, and for a
/// name that two columns have. ${word} is the shell's.
void check_names(std::string_view text, std::span<const std::string> names,
                 const placeholder_syntax& syntax = {});

/// "only 1 column; {3} needs 3". \param unit what the items are: column, item.
std::string missing_items(std::size_t items, const farthest_placeholder& farthest,
                          std::string_view unit);

}  // namespace weir
