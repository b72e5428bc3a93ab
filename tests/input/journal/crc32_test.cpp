#include "support/catch.hpp"

#include <string>

#include "input/journal/crc32.hpp"

using weir::crc32;

TEST_CASE("the checksum is that of zlib, whatever the length") {
  CHECK(crc32("") == 0);
  CHECK(crc32("123456789") == 0xcbf43926);  // the check value of CRC-32/ISO-HDLC
  CHECK(crc32("The quick brown fox jumps over the lazy dog") == 0x414fa339);
  CHECK(crc32(std::string(32, '\xff')) == 0xff6cab0b);
}

TEST_CASE("every bit and every byte counts in it") {
  const std::string text(40, 'a');
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string other = text;
    other[at] ^= 1;
    CHECK(crc32(other) != crc32(text));
    CHECK(crc32(text.substr(at)) != crc32(text.substr(at + 1)));
  }
}
