#include "report/output_tail.hpp"

#include <algorithm>

#include "report/output_tag.hpp"
#include "support/catch.hpp"

using namespace weir;

namespace {

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("at most ten last lines are kept, with or without a newline at the end") {
  CHECK(last_lines("", false).empty());
  CHECK(last_lines("\n", false) == "\n");
  CHECK(last_lines("a\nb", false) == "a\nb");
  CHECK(last_lines("x\n" + repeated("l\n", 10), false) == repeated("l\n", 10));
  CHECK(last_lines("x\n" + repeated("l\n", 9) + "l", false) == repeated("l\n", 9) + "l");
  CHECK(last_lines(repeated("\n", 12), false) == repeated("\n", 10));
}

TEST_CASE("a first line that may be torn is left out, unless it is all there is") {
  CHECK(last_lines("orn\nwhole\n", true) == "whole\n");
  CHECK(last_lines("orn\nwhole\n", false) == "orn\nwhole\n");
  CHECK(last_lines("orn", true) == "orn");
  CHECK(last_lines("orn\n", true) == "orn\n");
  CHECK(last_lines(std::string(5000, 'x') + "\nend", false) == "end");
}

TEST_CASE("the end of what passes by is kept, in whatever pieces it comes") {
  std::string all;
  for (int i = 0; i < 5000; ++i) all += static_cast<char>('a' + i % 26);
  for (const std::size_t piece : {1U, 7U, 4095U, 4096U, 4097U, 5000U}) {
    output_tail tail;
    for (std::size_t at = 0; at < all.size(); at += piece)
      tail.append(std::span<const char>(all).subspan(at, std::min(piece, all.size() - at)));
    CHECK(tail.bytes().size() >= 4096 - 1);
    CHECK(all.ends_with(tail.bytes().substr(tail.bytes().size() - 904)));
    CHECK(tail.bytes().size() <= 8192);
    CHECK((tail.cut() || tail.bytes() == all));
  }
}

TEST_CASE("a tag is put before each line once, across pieces") {
  bool due = true;
  std::string tagged;
  for (const std::string_view piece : {"a", "b\n", "", "\n", "c\nd"})
    append_tagged("T", {piece.data(), piece.size()}, due, tagged);
  CHECK(tagged == "T\tab\nT\t\nT\tc\nT\td");
  CHECK_FALSE(due);
}
