// Command lines taken apart by a table, as getopt_long(3) does.
#include "support/catch.hpp"

#include <weir/error.hpp>

#include "dialects/option_table.hpp"

using namespace weir;
using Catch::Contains;

namespace {

constexpr foreign_option table[] = {
    {"-a --all", "", standing::same, "all"},
    {"-n --number", "N", standing::same, "a number"},
    {"-o --optional", "[X]", standing::same, "with or without"},
    {"--nothing", "", standing::translated, "nothing"},
    {"--gone", "", standing::refused, "use --all"},
};

std::string read_words(std::vector<std::string> words) {
  const foreign_command_line line = take_apart(table, words);
  std::string text;
  for (const auto& each : line.given)
    text += std::string(each.option->first_name()) + (each.value ? "=" + *each.value : "") + ' ';
  for (std::size_t i = line.rest; i < words.size(); ++i) text += '<' + words[i] + '>';
  return text;
}

std::string refusal_of(std::vector<std::string> words) {
  try {
    return "taken: " + read_words(std::move(words));
  } catch (const usage_error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("values stand behind, beside or after an equals sign") {
  CHECK(read_words({"-n", "3", "x"}) == "-n=3 <x>");
  CHECK(read_words({"-n3", "-a", "x"}) == "-n=3 -a <x>");
  CHECK(read_words({"-an3", "x"}) == "-a -n=3 <x>");
  CHECK(read_words({"--number=3", "--number", "4"}) == "-n=3 -n=4 ");
  CHECK(read_words({"--number=", "x"}) == "-n= <x>");
}

TEST_CASE("a value that may be left out is never the next word") {
  CHECK(read_words({"-o", "x"}) == "-o <x>");
  CHECK(read_words({"-ox", "--optional=y", "--optional"}) == "-o=x -o=y -o ");
}

TEST_CASE("options end at the first word that is none") {
  CHECK(read_words({"-a", "cmd", "-a"}) == "-a <cmd><-a>");
  CHECK(read_words({"-a", "--", "-n"}) == "-a <-n>");
  CHECK(read_words({"-", "-a"}) == "<-><-a>");
}

TEST_CASE("long names may be shortened as long as one is meant") {
  CHECK(read_words({"--num", "3", "--all"}) == "-n=3 -a ");
  CHECK(refusal_of({"--n"}) == "--n: ambiguous, may be --number, --nothing");
}

TEST_CASE("what is unknown, refused or without its value is told") {
  CHECK(refusal_of({"-z"}) == "-z: unknown option");
  CHECK(refusal_of({"--zed=1"}) == "--zed: unknown option");
  CHECK(refusal_of({"--gone"}) == "--gone: use --all");
  CHECK(refusal_of({"-n"}) == "-n: needs N");
  CHECK(refusal_of({"--all=1"}) == "--all: takes no value");
}

TEST_CASE("a table is shown with names, values and what they do here") {
  const std::string text = describe(table);
  CHECK_THAT(text, Contains("  -n, --number N                a number\n"));
  CHECK_THAT(text, Contains("  -o, --optional[X] "));
  CHECK_THAT(text, Contains("not here: use --all\n"));
}
