/// Whose command line it is: weir's own, or that of a tool that weir stands in for.
#pragma once

#include <optional>
#include <string_view>

namespace weir {

enum class dialect { weir, parallel, sem, moreutils, xargs };

/// The tool's name, as in --as NAME and in a link of that name.
std::string_view to_string(dialect which);

/// nullopt: weir does not stand in for a tool of that name.
std::optional<dialect> dialect_named(std::string_view name);

/// By the name under which a program was called, argv[0]: "/usr/local/bin/xargs" is xargs; weir for
/// any other.
dialect dialect_of_program(std::string_view called);

}  // namespace weir
