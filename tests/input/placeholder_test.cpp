#include "input/placeholder.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace weir;

namespace {

std::string first_of(std::string_view text, const placeholder_grammar& grammar,
                     const std::vector<std::string_view>& items) {
  const auto match = grammar.at(text);
  if (!match) return "none";
  std::string value;
  append_value(value, match->found, items, 7);
  return value;
}

}  // namespace

// Each row was printed by GNU parallel 20221122: parallel printf "'%s|'" {} {.} {/} {//} {/.}
TEST_CASE("the parts of an item are those that GNU parallel gives") {
  struct row {
    const char *item, *stem, *base, *directory, *base_stem;
  };
  const row rows[] = {
      {"/a/b.c.tar.gz", "/a/b.c.tar", "b.c.tar.gz", "/a", "b.c.tar"},
      {".bashrc", "", ".bashrc", ".", ""},
      {"a/.bashrc", "a/", ".bashrc", "a", ""},
      {"a.b/c", "a.b/c", "c", "a.b", "c"},
      {"a/b/", "a/b/", "", "a", ""},
      {"/", "/", "", "/", ""},
      {"//", "//", "", "/", ""},
      {"a", "a", "a", ".", "a"},
      {"", "", "", ".", ""},
      {"a.", "a", "a.", ".", "a"},
      {".a.b", ".a", ".a.b", ".", ".a"},
      {"a/b.", "a/b", "b.", "a", "b"},
      {"a//b", "a//b", "b", "a", "b"},
      {"a b.c", "a b", "a b.c", ".", "a b"},
      {"../y.z", "../y", "y.z", "..", "y"},
      {"a/..", "a/.", "..", "a", "."},
      {".", "", ".", ".", ""},
      {"..", ".", "..", ".", "."},
      {"/a", "/a", "a", "/", "a"},
      {"/a.b", "/a", "a.b", "/", "a"},
      {"a.b/", "a.b/", "", ".", ""},
      {"a///", "a///", "", ".", ""},
      {"//a", "//a", "a", "/", "a"},
      {"a.b/.c", "a.b/", ".c", "a.b", ""},
  };
  for (const auto& [item, stem, base, directory, base_stem] : rows) {
    INFO(item);
    CHECK(part_of(item, item_part::whole) == item);
    CHECK(part_of(item, item_part::stem) == stem);
    CHECK(part_of(item, item_part::base) == base);
    CHECK(part_of(item, item_part::directory) == directory);
    CHECK(part_of(item, item_part::base_stem) == base_stem);
  }
}

TEST_CASE("a number picks an item, and one without an item is empty") {
  const placeholder_grammar grammar;
  const std::vector<std::string_view> items{"a/b.c", "d"};
  CHECK(first_of("{1}", grammar, items) == "a/b.c");
  CHECK(first_of("{2}", grammar, items) == "d");
  CHECK(first_of("{3}", grammar, items).empty());
  CHECK(first_of("{-1}", grammar, items) == "d");
  CHECK(first_of("{-2}", grammar, items) == "a/b.c");
  CHECK(first_of("{-3}", grammar, items).empty());
  CHECK(first_of("{99999999999999999999}", grammar, items).empty());
  CHECK(first_of("{01}", grammar, items) == "a/b.c");
  CHECK(first_of("{1.}", grammar, items) == "a/b");
  CHECK(first_of("{1/}", grammar, items) == "b.c");
  CHECK(first_of("{1//}", grammar, items) == "a");
  CHECK(first_of("{-2/.}", grammar, items) == "b");
}

TEST_CASE("without a number all items are meant") {
  const placeholder_grammar grammar;
  CHECK(first_of("{}", grammar, {"a.x", "b.y"}) == "a.x b.y");
  CHECK(first_of("{.}", grammar, {"a.x", "b.y"}) == "a b");
}

TEST_CASE("a number that no item can have is refused where an item would be filled in") {
  const placeholder_grammar grammar;
  for (const auto* text : {"{0}", "{-0}", "{00}", "{0.}", "{-0/}"})
    CHECK_THROWS_WITH(grammar.take(text),
                      Catch::Contains(text) && Catch::Contains("items are counted from 1"));
  for (const auto* text : {"{999999999999}", "{-999999999999}", "{2147483647}", "{1000000001//}"})
    CHECK_THROWS_WITH(grammar.take(text), Catch::Contains(text) && Catch::Contains("no input"));
  CHECK(grammar.take("{01}")->found.index == 1);  // as for GNU parallel
  CHECK(grammar.take("{-01}")->found.index == -1);
  CHECK(grammar.take("{}").has_value());
  CHECK_FALSE(grammar.take("{+0}"));
}

TEST_CASE("what GNU parallel leaves alone stays as it is") {
  const placeholder_grammar grammar;
  for (const auto* text : {"{foo}", "{ 1 }", "{+1}", "{##}", "{", "{1", "{1x}", "{///}", "{..}",
                           "{-}", "{-0x1}", "a{}", "{{}}"}) {
    INFO(text);
    CHECK_FALSE(grammar.at(text).has_value());
  }
}

TEST_CASE("names are columns, and take the same suffixes") {
  const placeholder_grammar grammar({"file", "a.b", "1", "with blank"});
  const std::vector<std::string_view> items{"p/q.r", "s", "t", "u"};
  CHECK(first_of("{file}", grammar, items) == "p/q.r");
  CHECK(first_of("{file.}", grammar, items) == "p/q");
  CHECK(first_of("{file//}", grammar, items) == "p");
  CHECK(first_of("{a.b}", grammar, items) == "s");
  CHECK(first_of("{1}", grammar, items) == "p/q.r");
  CHECK(first_of("{with blank}", grammar, items) == "u");
  CHECK(first_of("{other}", grammar, items) == "none");
}

TEST_CASE("names only leaves everything else to the text") {
  const placeholder_grammar grammar({"dir"}, true);
  CHECK(first_of("{dir/}", grammar, {"a/b"}) == "b");
  for (const auto* text : {"{}", "{1}", "{#}", "{%}", "{.}"}) CHECK_FALSE(grammar.at(text));
}
