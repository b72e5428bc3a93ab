/// Upper and lower case in ASCII: items are bytes, as in Perl.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

namespace weir {

/// \param count number of leading letters.
inline std::string in_upper_case(std::string text, std::size_t count = std::string::npos) {
  for (std::size_t i = 0; i < std::min(count, text.size()); ++i)
    if (text[i] >= 'a' && text[i] <= 'z') text[i] = static_cast<char>(text[i] - 'a' + 'A');
  return text;
}

inline std::string in_lower_case(std::string text, std::size_t count = std::string::npos) {
  for (std::size_t i = 0; i < std::min(count, text.size()); ++i)
    if (text[i] >= 'A' && text[i] <= 'Z') text[i] = static_cast<char>(text[i] - 'A' + 'a');
  return text;
}

}  // namespace weir
