/// Numbers as GNU parallel reads them, for sizes and counts.
#pragma once

#include <string>

namespace weir {

/// K and Ki are 1024, and k is 1000; a fraction is dropped.
/// \returns it in digits; what is not understood as it is, to be refused.
std::string in_digits(const std::string& number);

}  // namespace weir
