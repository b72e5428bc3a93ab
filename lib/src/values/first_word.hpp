/// The first word of a command line that is printed: a shell makes more of it than of others.
#pragma once

#include <string_view>

namespace weir {

/// Whether a shell would take the bare word for an assignment, a reserved word or a job (%1), not
/// for the name of a program (XCU 2.4, 2.9.1). Quoted it is one.
bool needs_quotes_in_front(std::string_view word);

}  // namespace weir
