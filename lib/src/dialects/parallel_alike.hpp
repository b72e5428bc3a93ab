/// The options of GNU parallel that weir has, too, under the same or another name.
#pragma once

#include <string_view>

namespace weir {

/// \param option by its first name. \returns empty for one that is not among them.
std::string_view weirs_name(std::string_view option);

/// Of what such an option is about, which there may be none of.
enum class option_subject { items, blanks, columns, names, placeholders, anything };
option_subject subject_of(std::string_view option);

}  // namespace weir
