/// The page of --report without its data, as CMake makes it of the files in page/.
#pragma once

#include <string_view>

namespace weir {

/// Up to the place of the JSON object, and from there on.
std::string_view page_before_data() noexcept;
std::string_view page_after_data() noexcept;

}  // namespace weir
