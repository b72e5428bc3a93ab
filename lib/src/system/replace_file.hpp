/// Small files read and replaced as a whole.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::system {

/// The whole of a file; nothing when there is none. \throws io_error for anything else that fails.
std::optional<std::string> read_file(const std::string& path);

/// All that can still be read from a descriptor. \throws io_error named `name`.
std::string read_all(int fd, const std::string& name);

/// Puts `text` in the place of the file, which is there whole at every moment: written beside it,
/// synced, renamed. Mode 0600 for a new file. \throws io_error.
void replace_file(const std::string& path, std::string_view text);

}  // namespace weir::system
