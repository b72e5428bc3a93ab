#include "support/catch.hpp"

#include "report/row_titles.hpp"
#include "text/escape.hpp"

using namespace weir;
using lines = std::vector<std::string>;

TEST_CASE("titles that fit are shown whole") {
  CHECK(row_titles({"gzip a", "gzip b"}, 10, true) == lines{"gzip a", "gzip b"});
  CHECK(row_titles({}, 10, true).empty());
}

TEST_CASE("rows of one command are told apart by their items when they are narrow") {
  const std::string command = "./convert --quality 90 --from /srv/photos/";
  CHECK(row_titles({command + "a.jpg out", command + "b.jpg out"}, 12, true) ==
        lines{"…a.jpg out", "…b.jpg out"});
  CHECK(row_titles({command + "a.jpg out", command + "b.jpg out"}, 12, false) ==
        lines{"..a.jpg out", "..b.jpg out"});
}

TEST_CASE("what is shared is cut at the end of a word, so that an item stays whole") {
  CHECK(row_titles({"process item-10 with care", "process item-11 with care"}, 15, true) ==
        lines{"…item-10 with …", "…item-11 with …"});
}

TEST_CASE("different commands are cut at their ends") {
  CHECK(row_titles({"make all the things", "ls here and elsewhere"}, 10, true) ==
        lines{"make all …", "ls here a…"});
}

TEST_CASE("a title alone keeps its beginning and its end") {
  CHECK(row_titles({"./convert --quality 90 photo.jpg"}, 16, true) == lines{"./con… photo.jpg"});
  CHECK(row_titles({"./convert --quality 90 photo.jpg"}, 17, false) == lines{"./con.. photo.jpg"});
}

TEST_CASE("no row is wider than it may be, whatever the titles hold") {
  const lines titles{"日本語日本語日本語 x", "日本語日本語\x1b[2J \xff", std::string(300, 'a'), ""};
  for (std::size_t columns = 0; columns < 40; ++columns) {
    for (const auto& row : row_titles(titles, columns, true)) CHECK(display_width(row) <= columns);
    for (const auto& one : titles)
      for (const auto& row : row_titles({one}, columns, true)) CHECK(display_width(row) <= columns);
  }
}
