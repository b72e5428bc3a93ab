/// What PWD says: the directory as people named it, with its symbolic links.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// Where this process is: `pwd`, the value of PWD, as long as it is true, else as getcwd(3) says.
/// \returns "" where that fails, too: the directory was removed.
std::string logical_directory(std::string_view pwd);

/// What `cd directory` makes of PWD, which is `from` before (POSIX, cd -L). Where the logical way
/// through ".." leads elsewhere than chdir(2), it is the physical path.
/// \returns "" when it cannot be known.
std::string logical_directory(std::string_view from, const std::string& directory);

}  // namespace weir
