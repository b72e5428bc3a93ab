#include "input/journal/crc32.hpp"

#include <array>
#include <cstddef>

namespace weir {

namespace {

constexpr std::size_t slices = 8;
using table = std::array<std::uint32_t, 256>;

/// tables[n][byte]: what `byte` comes to when n bytes follow it.
constexpr std::array<table, slices> tables = [] {
  std::array<table, slices> all{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t sum = byte;
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0xedb88320U : 0U);
    all[0][byte] = sum;
  }
  for (std::size_t n = 1; n < slices; ++n)
    for (std::size_t byte = 0; byte < 256; ++byte)
      all[n][byte] = (all[n - 1][byte] >> 8) ^ all[0][all[n - 1][byte] & 255];
  return all;
}();

}  // namespace

std::uint32_t crc32(std::string_view bytes) noexcept {
  std::uint32_t sum = ~0U;
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const auto four = [&](std::size_t i) {
    return std::uint32_t{at(i)} | std::uint32_t{at(i + 1)} << 8 | std::uint32_t{at(i + 2)} << 16 |
           std::uint32_t{at(i + 3)} << 24;
  };
  for (; bytes.size() >= slices; bytes.remove_prefix(slices)) {
    const std::uint32_t low = sum ^ four(0);
    const std::uint32_t high = four(4);
    sum = tables[7][low & 255] ^ tables[6][low >> 8 & 255] ^ tables[5][low >> 16 & 255] ^
          tables[4][low >> 24] ^ tables[3][high & 255] ^ tables[2][high >> 8 & 255] ^
          tables[1][high >> 16 & 255] ^ tables[0][high >> 24];
  }
  for (; !bytes.empty(); bytes.remove_prefix(1)) sum = sum >> 8 ^ tables[0][(sum ^ at(0)) & 255];
  return ~sum;
}

}  // namespace weir
