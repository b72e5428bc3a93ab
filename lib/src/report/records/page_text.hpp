/// The page of --report without its data, built by CMake from the files in page/.
#pragma once

#include <string_view>

namespace weir {

/// The text up to the place of the JSON object, and after it.
std::string_view page_before_data() noexcept;
std::string_view page_after_data() noexcept;

}  // namespace weir
