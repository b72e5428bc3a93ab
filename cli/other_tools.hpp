/// Options of GNU parallel, xargs, concurrently and others, and what to write here instead.
///
/// Whoever changes tools types what his fingers know. A guess by likeness would mislead here:
/// --max-lines is not --max-line.
#pragma once

#include <optional>
#include <string_view>

namespace weir::cli {

/// What to write in the place of an option that weir has not: "use -n N", or "not needed: ...";
/// empty for one that nothing stands for. None if no tool that is known has it.
/// \param option with its dashes, without a value.
std::optional<std::string_view> advice_on(std::string_view option);

}  // namespace weir::cli
