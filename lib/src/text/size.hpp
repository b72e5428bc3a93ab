/// Sizes in bytes, and numbers for people: 4096, 64K, 1.5M, 16MiB, 1G. Units are binary: K is 1024.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

/// \throws usage_error naming the option for anything else, and for sizes above 2^63 - 1.
std::uint64_t parse_size(std::string_view option, std::string_view text);

/// "16 MiB", "4 KiB", "1000 bytes": exact.
std::string size_for_people(std::uint64_t bytes);

/// "2.1G", "850M", "12G": rounded down, so that less than a size never looks like it.
std::string short_size(std::uint64_t bytes);

/// "1.5", "0.333", "12": up to three significant digits.
std::string short_number(double number);

}  // namespace weir
