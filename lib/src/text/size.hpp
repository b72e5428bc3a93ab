/// Sizes in bytes: 4096, 64K, 1.5M, 16MiB, 1G. Units are binary: K is 1024.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

/// \throws usage_error naming the option for anything else, and above 2^63 - 1.
std::uint64_t parse_size(std::string_view option, std::string_view text);

/// "16 MiB", "4 KiB", "1000 bytes": exactly.
std::string size_for_people(std::uint64_t bytes);

}  // namespace weir
