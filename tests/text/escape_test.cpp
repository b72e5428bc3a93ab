#include "text/escape.hpp"

#include <string>

#include "support/catch.hpp"

using namespace weir;

TEST_CASE("nothing that acts on a terminal comes through") {
  CHECK(escape("plain text \\ ~") == "plain text \\ ~");
  CHECK(escape("a\nb\tc\r") == "a\\nb\\tc\\r");
  CHECK(escape("\x1b[31m\x07\x7f") == "\\x1b[31m\\x07\\x7f");
  CHECK(escape(std::string("a\0b", 3)) == "a\\x00b");
  CHECK(escape("\xc2\x9b") == "\\u009b");      // C1: CSI
  CHECK(escape("\xe2\x80\xae") == "\\u202e");  // right to left
  CHECK(escape("\xe2\x80\xa8") == "\\u2028");  // a line separator
}

TEST_CASE("UTF-8 comes through, and what is not UTF-8 byte by byte as escapes") {
  CHECK(escape("\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x98\x80") == "\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x98\x80");
  CHECK(escape("\xff") == "\\xff");
  CHECK(escape("a\xc3") == "a\\xc3");
  CHECK(escape("\xc0\xaf") == "\\xc0\\xaf");  // not the shortest form
  CHECK(escape("\xe0\x80\xaf") == "\\xe0\\x80\\xaf");
  CHECK(escape("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // a surrogate
  CHECK(escape("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // beyond Unicode
  CHECK(escape("\xe6\xbc") == "\\xe6\\xbc");
}

TEST_CASE("nothing that comes out is a command to a CI system that reads the log") {
  CHECK(escape("::error::x") == "\\x3a:error::x");
  CHECK(escape("  ::stop-commands::x") == "  \\x3a:stop-commands::x");
  CHECK(escape("\xc2\xa0::error file=a::x") == "\xc2\xa0\\x3a:error file=a::x");
  CHECK(escape("##[error]x") == "#\\x23[error]x");
  CHECK(escape("a ##vso[task.complete]") == "a #\\x23vso[task.complete]");
  CHECK(escape("###[group]##teamcity[x]") == "##\\x23[group]#\\x23teamcity[x]");
  for (const std::string text : {"::1", "::ffff:1.2.3.4", ":::", "a ::error::", "## x [y]", "::x"})
    CHECK(escape(text) == text);
}

TEST_CASE("columns are those of a terminal") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("\xc3\xa9") == 1);
  CHECK(display_width("e\xcc\x81") == 1);         // combining
  CHECK(display_width("\xe6\xbc\xa2") == 2);      // CJK
  CHECK(display_width("\xf0\x9f\x98\x80") == 2);  // emoji
  CHECK(display_width("\xef\xbc\xa1") == 2);      // full width
  CHECK(display_width("\xed\x95\x9c") == 2);      // Hangul
  CHECK(display_width("\xe2\x80\x8b") == 0);      // zero width space
}

TEST_CASE("text is cut to the columns, the last one an ellipsis") {
  const std::string dots = "\xe2\x80\xa6";
  CHECK(clip("abcdef", 6) == "abcdef");
  CHECK(clip("abcdef", 5) == "abcd" + dots);
  CHECK(clip("abcdef", 1) == dots);
  CHECK(clip("abcdef", 0).empty());
  CHECK(clip("", 0).empty());
  CHECK(clip("a\xe6\xbc\xa2\xe6\xbc\xa2", 4) == "a\xe6\xbc\xa2" + dots);
  CHECK(clip("\xe6\xbc\xa2\xe6\xbc\xa2", 3) == "\xe6\xbc\xa2" + dots);
  CHECK(clip("ae\xcc\x81", 2) == "ae\xcc\x81");
  CHECK(escape_and_clip("a\nb", 3) == "a\\" + dots);
  CHECK(escape_and_clip("a\nb", 4) == "a\\nb");
}

TEST_CASE("text that is cut in the middle keeps its end") {
  const std::string dots = "\xe2\x80\xa6";
  CHECK(escape_and_clip_amid("abcdef", 6) == "abcdef");
  CHECK(escape_and_clip_amid("abcdefg", 6) == "ab" + dots + "efg");
  CHECK(escape_and_clip_amid("abc", 1) == dots);
  CHECK(escape_and_clip_amid("abc", 0) == "");
  CHECK(escape_and_clip_amid("a\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2", 6) ==
        "a" + dots + "\xe6\xbc\xa2");
  CHECK(escape_and_clip_amid(std::string(30, '\x80'), 11) == "\\x80\\" + dots + "0\\x80");
  for (const std::string unit : {"x", "\n", "\xe6\xbc\xa2", "\xff", "\xcc\x81"}) {
    std::string text;
    while (text.size() < (1U << 20U)) text += unit;
    const std::string cut = escape_and_clip_amid(text + "end", 10);
    INFO(unit);
    CHECK(display_width(cut) <= 10);
    CHECK(cut.ends_with("end"));
    CHECK(cut.size() < 1000);
  }
}

TEST_CASE("a clipped megabyte never takes more columns than it may") {
  for (const std::string unit : {"x", "\n", "\xe6\xbc\xa2", "\xff", "\xcc\x81"}) {
    std::string text;
    while (text.size() < (1U << 20U)) text += unit;
    const std::string cut = escape_and_clip(text, 10);
    INFO(unit);
    CHECK(display_width(cut) <= 10);
    CHECK(cut.ends_with("\xe2\x80\xa6"));
    CHECK(cut.size() < 1000);
  }
}
