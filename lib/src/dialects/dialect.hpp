/// Whose command line it is: weir's own, or that of a tool in whose place weir stands.
#pragma once

#include <optional>
#include <string_view>

namespace weir {

enum class dialect { weir, parallel, sem, moreutils, xargs };

/// The tool's name, as in --as NAME and in a link that is called so.
std::string_view to_string(dialect which);

/// None: no tool of that name is spoken for.
std::optional<dialect> dialect_named(std::string_view name);

/// By the name that a program was called by, argv[0]: "/usr/local/bin/xargs" is xargs; weir's own
/// for all others.
dialect dialect_of_program(std::string_view called);

}  // namespace weir
