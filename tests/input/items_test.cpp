#include "input/items.hpp"

#include <string>
#include <vector>

#include <weir/error.hpp>

#include "input/columns.hpp"
#include "input/item_batch.hpp"
#include "input/parse_command.hpp"
#include "input/record_parser.hpp"
#include "support/catch.hpp"

using namespace weir;
using strings = std::vector<std::string>;

namespace {

/// The tuples as GNU parallel's `echo` would show them, and their count checked.
std::string tuples(std::vector<item_source> sources) {
  item_tuples all(std::move(sources));
  std::string shown;
  std::vector<std::string_view> tuple;
  std::uint64_t count = 0;
  while (all.next(tuple)) {
    if (count++ > 0) shown += '|';
    for (std::size_t i = 0; i < tuple.size(); ++i)
      shown += (i > 0 ? " " : "") + std::string(tuple[i]);
  }
  CHECK(all.count() == count);
  CHECK_FALSE(all.next(tuple));
  return shown;
}

item_source list(const strings& items, bool is_linked = false) {
  item_source source{"f", {}, 0, is_linked};
  for (const std::string_view item : items)
    source.records.add({&item, 1}, source.records.size() + 1);
  return source;
}
item_source linked(const strings& items) {
  return list(items, true);
}
/// The last items are blank lines.
item_source ending_blank(item_source source, std::size_t blanks) {
  source.blanks_at_end = blanks;
  return source;
}
item_source rows_of(const std::vector<strings>& rows, bool is_linked = false) {
  item_source source{"t", {}, 0, is_linked};
  for (const auto& row : rows)
    source.records.add(std::vector<std::string_view>(row.begin(), row.end()),
                       source.records.size() + 1);
  return source;
}

strings columns(std::string_view separator, std::string_view line) {
  std::vector<std::string_view> views;
  column_splitter(separator).split(line, views);
  return {views.begin(), views.end()};
}

}  // namespace

TEST_CASE("several sources give the product, the last varying fastest") {
  CHECK(tuples({list({"a", "b"})}) == "a|b");
  CHECK(tuples({list({"a", "b"}), list({"1", "2", "3"})}) == "a 1|a 2|a 3|b 1|b 2|b 3");
}

// As GNU parallel 20221122 printed them.
TEST_CASE("linked sources go in step, the shortest deciding") {
  CHECK(tuples({list({"a", "b"}), linked({"c"})}) == "a c");
  CHECK(tuples({list({"a", "b"}), linked({"c", "d", "e"})}) == "a c|b d");
  CHECK(tuples({list({"a", "b"}), linked({"c", "d"}), list({"1", "2"})}) ==
        "a c 1|a c 2|b d 1|b d 2");
  CHECK(tuples({list({"a", "b"}), list({"1", "2"}), linked({"x", "y", "z"})}) ==
        "a 1 x|a 2 y|b 1 x|b 2 y");
  CHECK(tuples({list({"a", "b"}), linked({"1", "2"}), linked({"x", "y"})}) == "a 1 x|b 2 y");
  CHECK(tuples({linked({"a", "b"}), list({"c", "d"})}) == "a c|a d|b c|b d");
}

TEST_CASE("an empty source gives no tuples") {
  CHECK(tuples({}).empty());
  CHECK(tuples({list({})}).empty());
  CHECK(tuples({list({"a"}), list({})}).empty());
  CHECK(tuples({list({"a"}), linked({})}).empty());
  CHECK(tuples({list({""})}).empty());  // one tuple, of an empty item
}

TEST_CASE("a product beyond 64 bits is counted as the greatest number") {
  const item_source many = list(strings(1U << 16U, "x"));
  CHECK(item_tuples({many, many}).count() == std::uint64_t{1} << 32U);
  CHECK(item_tuples({many, many, many, many, many}).count() == UINT64_MAX);
}

TEST_CASE("a header takes the first record of every source as its names") {
  std::vector<item_source> sources{list({"name", "a", "b"}), rows_of({{"x", "y"}, {"1", "2"}})};
  CHECK(take_header(sources) == strings{"name", "x", "y"});
  CHECK(tuples(std::move(sources)) == "a 1 2|b 1 2");
  std::vector<item_source> none{list({})};
  CHECK_THROWS_AS(take_header(none), usage_error);
}

TEST_CASE("the columns of all sources stand one after the other") {
  CHECK(tuples({rows_of({{"a", "b"}, {"c", ""}}), list({"1"})}) == "a b 1|c  1");
}

TEST_CASE("a record that would shift the columns after it is told with its place") {
  item_tuples all({rows_of({{"a", "b"}, {"c"}}), list({"1"})});
  std::vector<std::string_view> tuple;
  REQUIRE(all.next(tuple));
  CHECK(all.shifted().empty());
  REQUIRE(all.next(tuple));
  CHECK(all.shifted().starts_with("t:2: 1 column, but the source's first record has 2"));
  // Nothing comes after those of the last source.
  item_tuples last({list({"1"}), rows_of({{"a", "b"}, {"c"}})});
  while (last.next(tuple)) CHECK(last.shifted().empty());
}

TEST_CASE("blank lines at the end count where a linked source has something beside them") {
  const auto blank = [](item_source source) { return ending_blank(std::move(source), 1); };
  CHECK(tuples({blank(list({"a", ""}))}) == "a");
  CHECK(tuples({blank(list({"a", ""})), linked({"1", "2"})}) == "a 1| 2");
  CHECK(tuples({list({"1", "2"}), blank(linked({"a", ""}))}) == "1 a|2 ");
  CHECK(tuples({blank(list({"a", ""})), blank(linked({"1", ""}))}) == "a 1");
  CHECK(tuples({blank(list({""})), list({"1"})}).empty());
}

TEST_CASE("a tuple knows where its records stood") {
  const item_tuples all(
      {list({"a", "b"}), rows_of({{"x"}, {"y"}, {"z"}}), linked({"1", "2", "3"})});
  CHECK(all.place(1) == "f:1, t:1, f:1");
  CHECK(all.place(5) == "f:2, t:2, f:2");
  CHECK(place_text("", 3) == R"(item 3 of ":::")");
}

TEST_CASE("a batch keeps records in order and gives up the first ones") {
  item_batch batch;
  CHECK(batch.empty());
  const std::vector<std::string_view> first{"a", ""};
  const std::vector<std::string_view> second{"c d"};
  batch.add(first, 7);
  batch.add(second, 8);
  const auto items = [&](std::size_t records) {
    const auto views = batch.items(records);
    return strings(views.begin(), views.end());
  };
  CHECK(batch.size() == 2);
  CHECK(items(2) == strings{"a", "", "c d"});
  CHECK(items(1) == strings{"a", ""});
  CHECK(batch.first_number() == 7);
  batch.drop(1);
  CHECK(items(1) == strings{"c d"});
  CHECK(batch.first_number() == 8);
  batch.add(first, 9);
  CHECK(items(2) == strings{"c d", "a", ""});
  batch.drop(2);
  CHECK(batch.empty());
  CHECK(batch.bytes() == 0);
}

TEST_CASE("a plain separator splits at every place, empty columns too") {
  CHECK(columns(",", "a,b") == strings{"a", "b"});
  CHECK(columns(",", "a,b,") == strings{"a", "b", ""});
  CHECK(columns(",", ",x,") == strings{"", "x", ""});
  CHECK(columns(",", "") == strings{""});
  CHECK(columns("\\t", "a\tb c") == strings{"a", "b c"});
  CHECK(columns("\\|", "a|b") == strings{"a", "b"});
  CHECK(columns("::", "a:::b") == strings{"a", ":b"});
}

TEST_CASE("other separators are regular expressions") {
  CHECK(columns("[,;]+", "a,;b;c") == strings{"a", "b", "c"});
  CHECK(columns(" +", "a   b c") == strings{"a", "b", "c"});
  CHECK(columns("x+", "axxb") == strings{"a", "b"});
  CHECK(columns("\\s", "a b\tc") == strings{"a", "b", "c"});
  for (const auto* wrong : {"", "[", "(", "*", "(a)\\1", "a\\"}) {
    INFO(wrong);
    CHECK_THROWS_AS(column_splitter(wrong), usage_error);
  }
}

TEST_CASE("a separator matches characters, not bytes") {
  CHECK(columns("[\xc3\xa4\xc3\xb6]", "\xc3\xa9\xc3\xa4\xc3\x83\xc3\xb6-") ==
        strings{"\xc3\xa9", "\xc3\x83", "-"});
  CHECK(columns("-.-", "a-\xc3\xa4-b") == strings{"a", "b"});
  CHECK(columns("x+", "\xc3\xa4x\xc3\xb6") == strings{"\xc3\xa4", "\xc3\xb6"});
  CHECK(columns("\xff+[|]", "a\xff\xff|\xfe") == strings{"a", "\xfe"});  // no UTF-8: bytes
}

TEST_CASE("an expression that backtracking would take for ever over is over at once") {
  const std::string blanks(1U << 20U, ' ');
  CHECK(columns(" *, *", blanks) == strings{blanks});
  CHECK(columns("(a|aa)*,", std::string(1U << 20U, 'a')).size() == 1);
}

TEST_CASE("a separator of a megabyte needs no deep stack") {
  const std::string line = "a" + std::string(1U << 20U, ',') + "b";
  CHECK(columns("[,;]+", line) == strings{"a", "b"});
}

TEST_CASE("input sources follow the command") {
  const strings words{"gzip", "-9",   "{}", ":::", "a",     "b", ":::+",
                      "c",    "::::", "f",  "-",   "::::+", "g", ":::"};
  const auto parsed = parse_command(words);
  CHECK(parsed.command == strings{"gzip", "-9", "{}"});
  CHECK(parsed.inputs == std::vector<input_group>{{{"a", "b"}, false, false},
                                                  {{"c"}, false, true},
                                                  {{"f", "-"}, true, false},
                                                  {{"g"}, true, true},
                                                  {{}, false, false}});
  CHECK(parse_command(strings{":::", "echo a"}).command.empty());
  CHECK(parse_command(strings{"x", "::", ":::++"}).command == strings{"x", "::", ":::++"});
  CHECK(parse_command(strings{}) == command_and_inputs{});
}
