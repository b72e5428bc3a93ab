/// The tag before each line of a job's output (--tag). A pure function of bytes.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace weir {

/// job_spec::tag with the slot filled in. Escaped.
std::string shown_tag(std::string tag, unsigned slot);

/// Appends `bytes` to `into`, with the tag and a TAB before every line.
/// \param due whether the first byte begins a line; set to whether the next one would.
void append_tagged(std::string_view tag, std::span<const char> bytes, bool& due, std::string& into);

}  // namespace weir
