#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weir/error.hpp>

#include "input/block_splitter.hpp"
#include "support/catch.hpp"

using namespace weir;
using strings = std::vector<std::string>;
using Catch::Contains;

namespace {

void add_ready(block_splitter& splitter, strings& blocks) {
  while (auto block = splitter.next()) blocks.push_back(std::move(*block));
}

/// \param pieces where the text is torn, in rising order.
strings split(const std::string& text, const block_rules& rules,
              const std::vector<std::size_t>& pieces = {}) {
  block_splitter splitter(rules, "stdin");
  strings blocks;
  std::size_t at = 0;
  for (const std::size_t piece : pieces) {
    splitter.feed(std::string_view(text).substr(at, piece - at));
    at = piece;
    add_ready(splitter, blocks);
  }
  splitter.feed(std::string_view(text).substr(at));
  add_ready(splitter, blocks);
  splitter.finish();
  add_ready(splitter, blocks);
  return blocks;
}

/// Read into the splitter's own memory, and never more than it has room for.
strings split_in_room(std::string_view text, const block_rules& rules) {
  block_splitter splitter(rules, "stdin");
  strings blocks;
  while (!text.empty()) {
    const std::span<char> room = splitter.room(3);
    const std::size_t count = text.copy(room.data(), room.size());
    splitter.filled(count);
    text.remove_prefix(count);
    add_ready(splitter, blocks);
  }
  splitter.room(3);
  splitter.filled(0);
  splitter.finish();
  add_ready(splitter, blocks);
  return blocks;
}

/// However the bytes come.
strings split_anyhow(const std::string& text, const block_rules& rules) {
  strings blocks = split(text, rules);
  for (std::size_t i = 0; i <= text.size(); ++i)
    for (std::size_t j = i; j <= text.size(); ++j) {
      INFO("torn at " << i << " and " << j);
      REQUIRE(split(text, rules, {i, j}) == blocks);
    }
  std::vector<std::size_t> bytes;
  for (std::size_t i = 1; i < text.size(); ++i) bytes.push_back(i);
  REQUIRE(split(text, rules, bytes) == blocks);
  REQUIRE(split_in_room(text, rules) == blocks);
  return blocks;
}

std::string refusal(const std::string& text, const block_rules& rules) {
  try {
    split(text, rules);
  } catch (const usage_error& e) {
    return e.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("blocks are as many whole records as fit") {
  CHECK(split_anyhow("a\nbb\nccc\nd\n", {.block = 6}) == strings{"a\nbb\n", "ccc\nd\n"});
  CHECK(split_anyhow("a\nb\nc", {.block = 4}) == strings{"a\nb\n", "c"});
  CHECK(split_anyhow("", {}).empty());
  CHECK(split_anyhow("\n\n\n", {.block = 2}) == strings{"\n\n", "\n"});
}

TEST_CASE("a record that is larger than the block makes it grow") {
  CHECK(split_anyhow("aaaaaaaaaa\nb\nc\n", {.block = 4}) == strings{"aaaaaaaaaa\n", "b\nc\n"});
}

TEST_CASE("a block that is larger than the memory takes what there is") {
  block_rules rules;
  rules.block = std::size_t{1} << 50;
  CHECK(split_anyhow("a\nb\n", rules) == strings{"a\nb\n"});
}

TEST_CASE("a record beyond all bounds is told with its place") {
  CHECK_THAT(refusal("a\nb\n" + std::string(40, 'c') + "\n", {.block = 4, .longest = 16}),
             Contains("stdin: the record at byte 4 does not end within 16 bytes") &&
                 Contains("--max-line"));
  CHECK_THAT(
      refusal("a\nb\n" + std::string(40, 'c') + "\n", {.records = 2, .block = 4, .longest = 16}),
      Contains("at byte 4 "));
  CHECK(refusal("a\nb\n" + std::string(40, 'c') + "\n", {.block = 60, .longest = 16}) == "none");
}

TEST_CASE("blocks of so many records") {
  CHECK(split_anyhow("1\n2\n3\n4\n5", {.records = 2}) == strings{"1\n2\n", "3\n4\n", "5"});
  CHECK(split_anyhow("\n\na\n", {.records = 1}) == strings{"\n", "\n", "a\n"});
  CHECK(split_anyhow("a, b, c, d", {.end = ", ", .records = 3}) == strings{"a, b, c, ", "d"});
}

TEST_CASE("a block of records is given out as soon as it is there") {
  block_splitter splitter({.records = 2}, "stdin");
  splitter.feed("1\n2\n3");
  CHECK(splitter.next() == "1\n2\n");
  CHECK_FALSE(splitter.next());
}

TEST_CASE("records of several lines stay whole") {
  CHECK(split_anyhow("1\n2\n3\n4\n5\n6\n7\n", {.lines = 2, .block = 11}) ==
        strings{"1\n2\n3\n4\n", "5\n6\n", "7\n"});
}

TEST_CASE("records begin with a text") {
  CHECK(split_anyhow("x>a>bb>c", {.end = "", .start = ">", .records = 1}) ==
        strings{"x", ">a", ">bb", ">c"});
  CHECK(split_anyhow("x>a>bb>c", {.end = "", .start = ">", .block = 4}) ==
        strings{"x>a", ">bb", ">c"});
}

TEST_CASE("both what ends and what begins a record has to match") {
  CHECK(split_anyhow("a\nb\n#c\nd\n#e", {.end = "\n", .start = "#", .records = 1}) ==
        strings{"a\nb\n", "#c\nd\n", "#e"});
}

TEST_CASE("without ends, blocks are of bytes") {
  CHECK(split_anyhow("abcdefgh", {.end = "", .block = 3}) == strings{"abc", "def", "gh"});
  CHECK(split_anyhow("abcde", {.end = "", .records = 2}) == strings{"ab", "cd", "e"});
}

TEST_CASE("expressions tell where records end") {
  CHECK(split_anyhow("a1b22c3", {.end = "[0-9]+", .regexp = true, .records = 1}) ==
        strings{"a1", "b22", "c3"});
  CHECK(split_anyhow("a1b22c3d", {.end = "[0-9]+", .regexp = true, .block = 5}) ==
        strings{"a1b22", "c3d"});
  CHECK(split_anyhow("x>a>b>c", {.end = "", .start = ">", .regexp = true, .records = 2}) ==
        strings{"x", ">a>b", ">c"});
  CHECK_THAT(refusal("x", {.end = "(", .regexp = true}), Contains("--recend: \"(\" is not"));
}

TEST_CASE("the header begins each block") {
  CHECK(split_anyhow("h\n1\n2\n3\n", {.records = 2, .header_lines = 1}) ==
        strings{"h\n1\n2\n", "h\n3\n"});
  CHECK(split_anyhow("h\ni\n1\n2\n", {.block = 3, .header_lines = 2}) ==
        strings{"h\ni\n1\n", "h\ni\n2\n"});
  CHECK(split_anyhow("h\n", {.header_lines = 1}).empty());
  CHECK(split_anyhow("#a\n#b\n1\n2\n", {.records = 1, .header = "(#.*\n)*"}) ==
        strings{"#a\n#b\n1\n", "#a\n#b\n2\n"});
  CHECK_THAT(refusal("1\n", {.header = "#.*\n"}), Contains("header"));
}

TEST_CASE("what separates records can be left out") {
  CHECK(split_anyhow("a,b,c,d", {.end = ",", .removes = true, .records = 2}) ==
        strings{"ab", "cd"});
  CHECK(split_anyhow(">a\n>b\n", {.end = "\n", .start = ">", .removes = true, .records = 1}) ==
        strings{"a", "b"});
  CHECK(split_anyhow(",,a,,b,", {.end = ",", .removes = true, .records = 1}) == strings{"a", "b"});
  CHECK(split_anyhow("a1b2c", {.end = "[0-9]", .regexp = true, .removes = true, .block = 4}) ==
        strings{"ab", "c"});
}

TEST_CASE("blank lines are no part of the input if they are to be dropped") {
  CHECK(split_anyhow("\n \na\n\t\n\nb c\n", {.records = 1, .drops_blank_lines = true}) ==
        strings{"a\n", "b c\n"});
  CHECK(split_anyhow(" \n\n", {.drops_blank_lines = true}).empty());
  CHECK(split_anyhow("  a\n  ", {.drops_blank_lines = true}) == strings{"  a\n  "});
}

TEST_CASE("no byte is lost, whatever the size of the block") {
  std::string text;
  for (int i = 0; i < 300; ++i)
    text += std::string(static_cast<std::size_t>(i * 7 % 23), 'x') + '\n';
  for (std::size_t block = 1; block < 100; block += 3) {
    std::string all;
    for (const std::string& each : split(text, {.block = block}, {17, 1000, 1001, 2500})) {
      CHECK(each.ends_with('\n'));
      all += each;
    }
    CHECK(all == text);
  }
}
