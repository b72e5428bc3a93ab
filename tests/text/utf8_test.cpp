#include "text/utf8.hpp"
#include "support/catch.hpp"

using namespace weir;

namespace {

/// Whatever way the text is cut into two pieces.
bool is_utf8_in_pieces(std::string_view text) {
  utf8_checker whole;
  whole.take(text);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    utf8_checker parts;
    parts.take(text.substr(0, cut));
    parts.take(text.substr(cut));
    REQUIRE(parts.is_utf8() == whole.is_utf8());
  }
  utf8_checker bytes;
  for (const char c : text) bytes.take({&c, 1});
  REQUIRE(bytes.is_utf8() == whole.is_utf8());
  return whole.is_utf8();
}

}  // namespace

TEST_CASE("UTF-8 is UTF-8 however it is cut") {
  CHECK(is_utf8_in_pieces(""));
  CHECK(is_utf8_in_pieces("plain ascii, longer than eight"));
  CHECK(is_utf8_in_pieces("é€\xf0\x9f\x98\x80 12345678 é"));
}

TEST_CASE("what is not UTF-8 is not, however it is cut") {
  for (const std::string_view text :
       {"\xff", "12345678\x80", "\xc3(", "\xed\xa0\x80", "\xc0\x80", "\xf4\x90\x80\x80", "\xe2\x82",
        "ok\xf0\x9f\x98", "\xe2\xe2\x82\xac"})
    CHECK_FALSE(is_utf8_in_pieces(text));
}

TEST_CASE("a sequence tells its code point") {
  CHECK(first_sequence("a").code_point == U'a');
  CHECK(first_sequence("\u00e9x").code_point == U'\u00e9');
  CHECK(first_sequence("\u20acx").code_point == U'\u20ac');
  CHECK(first_sequence("\U0001f600x").code_point == U'\U0001f600');
}

TEST_CASE("code points are counted, and what is no UTF-8 byte by byte") {
  CHECK(count_code_points("") == 0);
  CHECK(count_code_points("a\u00e9\u20ac\U0001f600") == 4);
  CHECK(count_code_points("\xff\xfe") == 2);
  CHECK(offset_after("a\u00e9\u20ac", 2) == 3);
  CHECK(offset_after("a\u00e9\u20ac", 9) == 6);
}
