/// The first word of a command line that is printed: it may have a special meaning to a shell.
#pragma once

#include <string_view>

namespace weir {

/// Whether a shell would take the bare word for an assignment, a reserved word or a job (%1) rather
/// than the name of a program (XCU 2.4, 2.9.1). In quotes, it is a name.
bool needs_quotes_in_front(std::string_view word);

}  // namespace weir
