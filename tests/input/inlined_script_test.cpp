#include <string>
#include <vector>

#include "input/template.hpp"
#include "support/catch.hpp"

using namespace weir;
using words = std::vector<std::string>;
using items = std::vector<std::string_view>;

namespace {

words readable(const words& command, const items& values = {"v"}) {
  const job_spec job = command_template(command, {}).expand(7, values);
  return readable_arguments(job, job.argv);
}

/// The script with its items in it; empty if it is shown with variables.
std::string inlined(const std::string& script, const items& values = {"v"}) {
  const words all = readable({"sh", "-c", script}, values);
  REQUIRE(all.size() >= 3);
  return all[2].starts_with("weir_1=") ? "" : all[2];
}

}  // namespace

TEST_CASE("a script is shown with its items in it where it does the same") {
  CHECK(readable({"exit {}"}, {"1"}) == words{"/bin/sh", "-c", "exit 1"});
  CHECK(inlined("for i in {}; do exit 3; done", {"a.c"}) == "for i in a.c; do exit 3; done");
  CHECK(inlined("cd {} && make", {"a b"}) == "cd \"a b\" && make");
  CHECK(inlined("cd {} && make", {"café"}) == "cd \"café\" && make");
  CHECK(inlined("cc -c {} -o {.}.o; exit", {"src/a.c"}) == "cc -c src/a.c -o src/a.o; exit");
  CHECK(inlined("x={}; y > out/{}.log", {"a"}) == "x=a; y > out/a.log");
  CHECK(inlined("echo \"got {}\"; exit", {"a b*"}) == "echo \"got a b*\"; exit");
  CHECK(inlined("echo 'got {}'; exit", {"a b"}) == "echo 'got a b'; exit");
  CHECK(inlined("echo $((1 + {}))", {"4"}) == "echo $((1 + 4))");
  CHECK(inlined("echo {#} {1}{2}; exit", {"a", "b"}) == "echo 7 ab; exit");
  CHECK(inlined("echo {} \"{}\"; exit", {"a", "b"}) == "echo a b \"a b\"; exit");
  CHECK(inlined("echo {}; exit", {"", "if", "-n"}) == "echo \"\" \"if\" -n; exit");
  CHECK(inlined("{} --version; exit", {"gcc"}) == "\"gcc\" --version; exit");
  CHECK(inlined("./{}; exit", {"a"}) == "./a; exit");
  CHECK(inlined("y=$(x {}); exit", {"a"}) == "y=$(x a); exit");
  CHECK(inlined("y=`x {}`; exit", {"a"}) == "y=$(x a\n); exit");
  CHECK(readable({"-x; {}; exit"}, {"a"}) == words{"/bin/sh", "-c", " -x; \"a\"; exit"});
}

TEST_CASE("a script is shown with variables where an item in it might mean something else") {
  for (const char* script : {"echo $x{}",     "echo \"$x{}\"",      "echo ${x:-{}}",
                             "echo ${x#{}}",  "echo \"${x:- {}}\"", "echo [{}]",
                             "echo ~{}",      "{}() { :; }; v",     "for {} in 1; do :; done",
                             "{}=1; exit",    "x{}; exit",          "cat <<E\n{}\nE",
                             "echo 1 {}> f",  "echo {}>f",          "echo {}1>f",
                             "echo a{}b(c)",  "alias v=w; echo {}", "echo {1}={}",
                             "echo \\\n{}x$", "echo $y\\\n{}"}) {
    INFO(script);
    CHECK(inlined(script).empty());
  }
  for (const char* script : {"[[ a =~ {} ]]", "a=({}); exit", "echo ${x:{}:1}"})
    CHECK(readable({"bash", "-c", script}, {"1"})[2].starts_with("weir_1="));
}

TEST_CASE("an item that a shell or a reader might misread has a variable") {
  for (const char* item :
       {"it's", "a\"b", "$x", "`x`", "a\\b", "a\nb", "a\tb", "\x1b", "\xff", "a!b"}) {
    INFO(item);
    CHECK(inlined("echo {}; exit", {item}).empty());
    CHECK(inlined("echo \"{}\"; exit", {item}).empty());
  }
  CHECK(inlined("echo a{}; exit", {"*"}).empty());
  CHECK(inlined("echo a{}; exit", {"é"}).empty());
  CHECK(inlined("echo {1}{2}; exit", {"", ""}).empty());
  CHECK(inlined("echo $((1 + {}))", {"x"}).empty());
  CHECK(inlined("{}; exit", {"%1"}).empty());
  CHECK(inlined("echo {}; exit", {std::string(40'000, 'a')}).empty());
}

TEST_CASE("what else a shell gets stays where it was") {
  CHECK(
      readable({"nice", "-n", "{2}", "bash", "-ec", "echo {1}; exit", "name", "x y"}, {"a", "5"}) ==
      words{"nice", "-n", "5", "bash", "-ec", "echo a; exit", "name", "x y"});
  CHECK(readable({"bash", "-c", "echo $0 {}; exit"}) ==
        words{"bash", "-c", "echo $0 v; exit", "bash"});
  CHECK(readable({"bash", "-c", ". lib; f {}"}) == words{"bash", "-c", ". lib; f v", "bash"});
  CHECK(readable({"bash", "-c", "echo {}", "{}"})[2].starts_with("weir_1="));
  CHECK(readable({"fish", "-c", "echo {}; true"})[2].starts_with("set -gu weir_1"));
  CHECK(readable({"echo", "{}"}) == words{"echo", "v"});
}
