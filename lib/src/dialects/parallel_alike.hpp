/// The options of GNU parallel that weir also has, under the same or another name.
#pragma once

#include <string_view>

namespace weir {

/// \param option by its first name.
/// \returns empty if weir does not have it.
std::string_view weirs_name(std::string_view option);

/// What such an option is about, of which there may be none.
enum class option_subject { items, blanks, columns, names, placeholders, tags, anything };
option_subject subject_of(std::string_view option);

}  // namespace weir
