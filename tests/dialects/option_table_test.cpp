// Command lines taken apart by a table, as getopt_long(3) does.
#include "support/catch.hpp"

#include <weir/error.hpp>

#include "dialects/option_table.hpp"

using namespace weir;
using Catch::Contains;

namespace {

using enum standing;

constexpr foreign_option table[] = {
    {"-a --all", "", same, "all"},
    {"-n --number", "N", same, "a number"},
    {"-o --optional", "[X]", same, "with or without"},
    {"--nothing", "", translated, "nothing"},
    {"--gone", "", refused, "use --all"},
};

std::string read(std::vector<std::string> words) {
  const foreign_command_line line = take_apart(table, words);
  std::string text;
  for (const auto& each : line.given)
    text += std::string(each.option->first_name()) + (each.value ? "=" + *each.value : "") + ' ';
  for (std::size_t i = line.rest; i < words.size(); ++i) text += '<' + words[i] + '>';
  return text;
}

std::string refusal(std::vector<std::string> words) {
  try {
    return "taken: " + read(std::move(words));
  } catch (const usage_error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("values stand behind, beside or after an equals sign") {
  CHECK(read({"-n", "3", "x"}) == "-n=3 <x>");
  CHECK(read({"-n3", "-a", "x"}) == "-n=3 -a <x>");
  CHECK(read({"-an3", "x"}) == "-a -n=3 <x>");
  CHECK(read({"--number=3", "--number", "4"}) == "-n=3 -n=4 ");
  CHECK(read({"--number=", "x"}) == "-n= <x>");
}

TEST_CASE("a value that may be left out is never the next word") {
  CHECK(read({"-o", "x"}) == "-o <x>");
  CHECK(read({"-ox", "--optional=y", "--optional"}) == "-o=x -o=y -o ");
}

TEST_CASE("options end at the first word that is none") {
  CHECK(read({"-a", "cmd", "-a"}) == "-a <cmd><-a>");
  CHECK(read({"-a", "--", "-n"}) == "-a <-n>");
  CHECK(read({"-", "-a"}) == "<-><-a>");
}

TEST_CASE("long names may be shortened as long as one is meant") {
  CHECK(read({"--num", "3", "--all"}) == "-n=3 -a ");
  CHECK(refusal({"--n"}) == "--n: may be --number, --nothing");
}

TEST_CASE("what is unknown, refused or without its value is told") {
  CHECK(refusal({"-z"}) == "-z: unknown option");
  CHECK(refusal({"--zed=1"}) == "--zed: unknown option");
  CHECK(refusal({"--gone"}) == "--gone: use --all");
  CHECK(refusal({"-n"}) == "-n: needs N");
  CHECK(refusal({"--all=1"}) == "--all: takes no value");
}

TEST_CASE("a table is shown with names, values and what they do here") {
  const std::string text = describe(table);
  CHECK_THAT(text, Contains("  -n, --number N                a number\n"));
  CHECK_THAT(text, Contains("  -o, --optional[X] "));
  CHECK_THAT(text, Contains("not here: use --all\n"));
}
