// Placeholders that nothing can fill, and the variables that scripts find items in.
#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;

namespace {

void refused(test_space& t, std::vector<std::string> arguments, const std::string& message) {
  INFO(message);
  const auto run = t.weir(std::move(arguments));
  CHECK(run.exit_code() == 2);
  CHECK(lines(run.err).size() == 1);
  CHECK_THAT(run.err, Contains(message));
  CHECK_FALSE(t.exists("started"));
}

}  // namespace

TEST_CASE("zero is the number of no item") {
  test_space t;
  for (const char* zero : {"{0}", "{-0}", "{00}", "{0.}"}) {
    const std::string said = '"' + std::string(zero) + "\": items are counted from 1";
    refused(t, {"touch", "started", zero, ":::", "x"}, said);
    refused(t, {std::string("touch started; echo '") + zero + '\'', ":::", "x"}, said);
    refused(t, {"sh", "-c", std::string("touch started; echo ") + zero, ":::", "x"}, said);
    refused(t, {"--tagstring", zero, "touch", "started", ":::", "x"}, said);
    refused(t, {"--shell", "fish", std::string("touch started; echo ") + zero, ":::", "x"}, said);
  }
  CHECK(t.weir({"echo", "{01}-{-01}", ":::", "a", ":::", "b"}).out == "a-b\n");  // as GNU parallel
  CHECK(t.weir({"echo ${0}{}", ":::", "x"}).out == "shx\n");
}

TEST_CASE("a placeholder that nothing fills is told as it was typed") {
  test_space t;
  refused(t, {"touch", "started", "{999999999999}", ":::", "x"},
          "\"{999999999999}\": no input can fill it");
  refused(t, {"touch", "started", "{02.}", ":::", "x"}, "\"{02.}\": no input can fill it");
  const auto run = t.weir({"-k", "--csv", "--header", ":", "echo", "{x}{y}"}, "x,y\na,b\nc\nd,e\n");
  CHECK(run.out == "ab\nde\n");
  CHECK_THAT(run.err, Contains("stdin:3 has only 1 column; {y} needs 2"));
}

TEST_CASE("a column whose name another one has is had by its number") {
  test_space t;
  refused(t, {"--header", ":", "touch started {a}", ":::", "a", "1", ":::", "a", "2"},
          "\"{a}\": columns 1 and 2 have this name: expected {1} or {2}");
  const std::string table = "id,name,id\n1,n,2\n";
  CHECK(t.weir({"--csv", "--header", ":", "echo", "{id}"}, table).exit_code() == 2);
  CHECK(t.weir({"--csv", "--header", ":", "echo", "{name}{3}"}, table).out == "n2\n");
}

TEST_CASE("an inherited variable that is called as one of weir's stays what it is") {
  test_space t;
  const std::string env = "env weir_1=kept weir_n=kept weir__1=kept $WEIR ";
  const std::string show = "; printenv weir_1 weir_n weir__1' ::: x";
  CHECK(t.shell(env + "'echo {}" + show).out == "x\nkept\nkept\nkept\n");
  CHECK(t.shell(env + "sh -c 'echo {}" + show).out == "x\nkept\nkept\nkept\n");
  CHECK(t.shell(env + "'echo $weir_1 {}' ::: x").out == "kept x\n");
  CHECK(t.shell("$WEIR 'echo {}; env' ::: x | grep -c '^weir_'").out == "0\n");
  refused(t, {"touch started; echo $weir_1 {}", ":::", "x"}, "the script uses weir_1");
  t.write("m.toml",
          "version = 1\n[[job]]\nname = \"a-{x}\"\nmatrix = { x = [\"1\"] }\n"
          "run = \"touch started {x}\"\n");
  const auto run = t.shell("env weir_1=x $WEIR --file m.toml");
  CHECK(run.exit_code() == 2);
  CHECK_THAT(run.err, Contains("the environment has weir_1"));
  CHECK_FALSE(t.exists("started"));
  t.write("e.toml",
          "version = 1\n[[job]]\nname = \"a\"\nenv = { weir_1 = \"x\" }\n"
          "run = \"touch started\"\n");
  CHECK_THAT(t.weir({"--file", "e.toml"}).err,
             Contains("env.weir_1: scripts use it for their items"));
  CHECK_FALSE(t.exists("started"));
}
