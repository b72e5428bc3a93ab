#include <random>
#include <string>
#include <vector>

#include <weir/error.hpp>

#include "input/csv.hpp"
#include "input/delimiter.hpp"
#include "input/placeholder_check.hpp"
#include "input/record_parser.hpp"
#include "support/catch.hpp"

using namespace weir;
using strings = std::vector<std::string>;
using table = std::vector<strings>;

namespace {

/// Feeds the text line by line.
table read(const std::string& text, const input_format& format) {
  record_parser parser(format, "in");
  table records;
  std::uint64_t number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = rest.find('\n');
    parser.feed(rest.substr(0, end), ++number);
    while (parser.next()) {
      const auto columns = parser.columns();
      records.emplace_back(columns.begin(), columns.end());
    }
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  parser.finish();
  return records;
}

table csv(const std::string& text, const std::string& separator = ",") {
  return read(text, {.separator = separator, .csv = true, .most_bytes = 1000});
}

std::string fault(const std::string& text) {
  try {
    csv(text);
  } catch (const usage_error& error) {
    return error.what();
  }
  return {};
}

std::string in_quotes(const std::string& field) {
  std::string text = "\"";
  for (const char c : field) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

}  // namespace

TEST_CASE("blank lines are skipped where position carries no meaning") {
  CHECK(read("\na\n\nb\n\n", {}) == table{{"a"}, {"b"}});
}

TEST_CASE("a blank line that others follow counts where position carries meaning") {
  input_format format{.blank = blank_lines::counted_between};
  CHECK(read("\na\n\n\nb\n\n\n", format) == table{{""}, {"a"}, {""}, {""}, {"b"}});
  format.has_header = true;
  CHECK(read("\n\na\n\nb\n", format) == table{{"a"}, {""}, {"b"}});
  format.blank = blank_lines::counted;
  CHECK(read("\na\n\n", format) == table{{""}, {"a"}, {""}});
}

TEST_CASE("a record knows the line it began in") {
  record_parser parser({.csv = true, .blank = blank_lines::counted_between}, "in");
  parser.feed("", 1);
  CHECK_FALSE(parser.next());
  CHECK(parser.pending_blanks() == 1);
  parser.feed("\"a", 2);
  CHECK(parser.next());
  CHECK(parser.number() == 1);
  CHECK_FALSE(parser.next());
  parser.feed("b\"", 3);
  REQUIRE(parser.next());
  CHECK(parser.number() == 2);
  CHECK(parser.columns()[0] == "a\nb");
}

TEST_CASE("a carriage return at the end is stripped when that is asked for") {
  CHECK(read("a,b\r\n\r\nc\r\r\n", {.separator = ",", .strips_cr = true}) ==
        table{{"a", "b"}, {"c\r"}});
  CHECK(read("a\r\n", {}) == table{{"a\r"}});
}

TEST_CASE("CSV is read as RFC 4180 has it") {
  CHECK(csv("a,b\n") == table{{"a", "b"}});
  CHECK(csv("a,,\n") == table{{"a", "", ""}});
  CHECK(csv("\"a,b\",\"c\"\"d\",\"\"\n") == table{{"a,b", "c\"d", ""}});
  CHECK(csv("\"a\nb\",c\nd,e\n") == table{{"a\nb", "c"}, {"d", "e"}});
  CHECK(csv("a,\"b\"\r\nc,d\r\n\r\n") == table{{"a", "b"}, {"c", "d"}});
  CHECK(csv("\"a\r\nb\"\r\n") == table{{"a\r\nb"}});
  CHECK(csv("\"a\n\n\nb\"\n") == table{{"a\n\n\nb"}});
  CHECK(csv(" a , \xc3\xa4\n") == table{{" a ", " \xc3\xa4"}});
  CHECK(csv("a\rb,c\n") == table{{"a\rb", "c"}});
  CHECK(csv("a;\"b;,\"\n", ";") == table{{"a", "b;,"}});
  CHECK(csv("a\xc2\xa7\"b\xc2\xa7\"\n", "\xc2\xa7") == table{{"a", "b\xc2\xa7"}});
  CHECK(csv("a,b") == table{{"a", "b"}});
}

TEST_CASE("what is no CSV is told with its line") {
  CHECK(fault("a\nb\"c\n").starts_with("in:2: a quote inside an unquoted field"));
  CHECK(fault("a\n\n\"b\nc\"d,\n").starts_with("in:4: text after a field's closing quote"));
  CHECK(fault("a\n\"b\n\nc\n").starts_with("in:2: the quoted field that begins here"));
  CHECK(fault("\"a" + std::string(2000, '\n')).starts_with("in:1: a record longer than"));
}

TEST_CASE("any fields come back from CSV as they were written") {
  std::minstd_rand random(7);
  const std::string bytes = "ab,;\"\r\n \xc3\xa4";
  for (int round = 0; round < 500; ++round) {
    table records;
    std::string text;
    for (unsigned r = random() % 4 + 1; r > 0; --r) {
      strings& fields = records.emplace_back();
      for (unsigned f = random() % 4 + 1; f > 0; --f) {
        std::string& field = fields.emplace_back();
        for (unsigned c = random() % 6; c > 0; --c) field += bytes[random() % bytes.size()];
        text += (fields.size() > 1 ? "," : "") + in_quotes(field);
      }
      text += random() % 2 == 0 ? "\n" : "\r\n";
    }
    INFO(text);
    CHECK(csv(text) == records);
  }
}

TEST_CASE("a placeholder beyond all items is refused") {
  const strings words{"echo", "${4}", "x{03.} {-3}", "{2147483647}"};
  const auto reach = [&](std::int32_t index) { check_reach(as_written(index, words, {}), 2); };
  for (const int index : {0, 2, -2}) CHECK_NOTHROW(reach(index));
  CHECK_THROWS_WITH(reach(3), Catch::StartsWith("\"{03.}\": no input can fill it"));
  CHECK_THROWS_WITH(reach(-3), Catch::StartsWith("\"{-3}\": no input can fill it"));
  CHECK_THROWS_AS(reach(INT32_MAX), usage_error);
  CHECK_THROWS_AS(reach(INT32_MIN), usage_error);
}

TEST_CASE("a record that is short of columns is told of the placeholder as it is written") {
  const strings names{"x", "y"};
  const strings words{"echo", "{x}{y.}"};
  CHECK(missing_items(1, as_written(2, words, names), "column") == "only 1 column; {y.} needs 2");
  CHECK(missing_items(3, as_written(-4, {}, names), "item") == "only 3 items; {-4} needs 4");
}

TEST_CASE("a name that two columns have stands for neither, but their numbers do") {
  const strings names{"a", "b", "a", "", ""};
  CHECK_NOTHROW(check_names("{b} {1} {3} ${a}", names));
  CHECK_THROWS_WITH(check_names("{b} {a.}", names),
                    Catch::Contains("\"{a.}\": columns 1 and 3 have this name"));
}

TEST_CASE("a word in braces is the name of a column") {
  const strings names{"name", "id", "full name", "3"};
  for (const auto* right :
       {"{name} {id.} {name//} {full name} {}", "${HOME} {1} {#} { print } {a,b}", "a{", "{na me}",
        "{print;} {} x}", "{9}", "{-1}", "{\xc3\xa4}"}) {
    INFO(right);
    CHECK_NOTHROW(check_names(right, names));
  }
  for (const auto* wrong : {"{nmae}", "x{id}{ID}", "{nmae/.}", "{{name}{x}}", "$ {y}"}) {
    INFO(wrong);
    CHECK_THROWS_AS(check_names(wrong, names), usage_error);
  }
  try {
    check_names("rm {nmae}", names);
  } catch (const usage_error& error) {
    CHECK(std::string_view(error.what())
              .starts_with("\"{nmae}\": no column has this name; did you mean {name}?"));
  }
}

TEST_CASE("a delimiter is one character, or an escape of a byte") {
  CHECK(parse_delimiter("-d", ",") == ",");
  CHECK(parse_delimiter("-d", "\xc3\xa4") == "\xc3\xa4");
  CHECK(parse_delimiter("-d", "\xff") == "\xff");
  CHECK(parse_delimiter("-d", "\\") == "\\");
  CHECK(parse_delimiter("-d", "\\t") == "\t");
  CHECK(parse_delimiter("-d", "\\0") == std::string(1, '\0'));
  CHECK(parse_delimiter("-d", "\\x7C") == "|");
  for (const auto* wrong : {"", "ab", "\\q", "\\x", "\\x123", "\\xg", "\xc3\xa4\xc3\xa4"}) {
    INFO(wrong);
    CHECK_THROWS_AS(parse_delimiter("-d", wrong), usage_error);
  }
}
