/// Options of GNU parallel, xargs, concurrently and others, and what to write here instead.
///
/// Users of other tools type what their fingers know. A guess by similarity would mislead here:
/// --max-lines is not --max-line.
#pragma once

#include <optional>
#include <string_view>

namespace weir::cli {

/// What to write instead of an option that weir does not have: "use -n N", or "not needed: ...";
/// empty for one that has no equivalent. nullopt if no known tool has it.
/// \param option with its dashes, without a value.
std::optional<std::string_view> advice_on(std::string_view option);

}  // namespace weir::cli
