#include "input/manifest/utf8.hpp"

#include <algorithm>

namespace weir::doc {

namespace {

bool starts(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

}  // namespace

std::size_t utf8_length(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(text, starts));
}

std::size_t utf8_offset(std::string_view text, std::size_t count) noexcept {
  std::size_t offset = 0;
  for (; offset < text.size(); ++offset)
    if (starts(text[offset]) && count-- == 0) return offset;
  return offset;
}

}  // namespace weir::doc
