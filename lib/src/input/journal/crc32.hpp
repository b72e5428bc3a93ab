/// CRC-32 as in zlib, PNG and Ethernet (ISO-HDLC): polynomial 0x04c11db7, bits reflected.
///
/// Eight bytes at a time with eight tables ("slicing by 8", Kounavis and Berry, 2005): every job
/// has some 500 bytes to sum, and byte by byte that is a tenth of what a journal costs.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

std::uint32_t crc32(std::string_view bytes) noexcept;

}  // namespace weir
