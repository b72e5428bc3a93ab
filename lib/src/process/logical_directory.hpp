/// The value of PWD: the directory as people named it, with its symbolic links.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// Where this process is: as `pwd`, the value of PWD, says if it is correct, otherwise as getcwd(3)
/// says.
/// \returns "" if that fails, too: the directory was removed.
std::string logical_directory(std::string_view pwd);

/// What `cd directory` makes of PWD when it was `from` (POSIX, cd -L). If the logical way through
/// ".." leads to another place than chdir(2), it is the physical path.
/// \returns "" if it cannot be known.
std::string logical_directory(std::string_view from, const std::string& directory);

}  // namespace weir
