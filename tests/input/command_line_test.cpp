#include "input/command_line.hpp"

#include <string>
#include <vector>

#include "input/exported_functions.hpp"
#include "input/run_shell.hpp"
#include "support/catch.hpp"

using namespace weir;
using words = std::vector<std::string>;

namespace {

words parsed_argv(std::string_view line, std::string_view shell = "") {
  return parse_command_line(1, line, parse_shell(shell)).argv.to_vector();
}

words script(std::string line) {
  return {"/bin/sh", "-c", std::move(line)};
}

}  // namespace

TEST_CASE("a line without shell syntax is split and executed directly") {
  CHECK(parsed_argv("gzip -9 a.log") == words{"gzip", "-9", "a.log"});
  CHECK(parsed_argv("  ./a.out\t--x=y  \xc3\xa9 ") == words{"./a.out", "--x=y", "\xc3\xa9"});
  CHECK(parsed_argv("grep 'a b' \"c\\\"d\" e\\ f ''") == words{"grep", "a b", "c\"d", "e f", ""});
  CHECK(parsed_argv("x a'b'\"c\"d\\e \"\\f\"") == words{"x", "abcde", "\\f"});
  CHECK(parse_command_line(9, "gzip x").seq == 9);
}

TEST_CASE("a line with shell syntax is a script, unchanged") {
  for (const auto* line :
       {"a | b",  "a;b",    "a&",    "a > b",        "a < b",     "a $b",   "a `b`", "a *",
        "a ?",    "a [b]",  "a ~",   "~/a",          "a # b",     "# a",    "(a)",   "A=1 b",
        "A=1",    "a 'b",   "a \"b", "a \"$b\"",     "a \"`b`\"", "a \\",   "a\nb",  "a {b,c}",
        "!",      "! a",    "if a",  "cd /",         "echo a",    "exit 3", ". a",   ": a",
        "'cd' a", "\\cd a", "''",    "x \"a\\\nb\"", "x a\\\nb",  "a \x01"}) {
    INFO(line);
    CHECK(parsed_argv(line) == script(line));
    CHECK(parse_command_line(1, line).text == line);
  }
}

TEST_CASE("a line that begins like an option is still a script") {
  CHECK(parsed_argv("-x; y") == script(" -x; y"));
  CHECK(parse_command_line(1, "-x; y").text == "-x; y");
}

TEST_CASE("a shell that was asked for always gets the line") {
  CHECK(parsed_argv("gzip a", "/bin/bash") == words{"/bin/bash", "-c", "gzip a"});
  CHECK(parsed_argv("gzip a", "dash -eu") == words{"dash", "-eu", "-c", "gzip a"});
  CHECK(parsed_argv("print(1)", "python3") == words{"python3", "-c", "print(1)"});
}

TEST_CASE("several lines that begin with #! are run by their interpreter, one line is a comment") {
  CHECK(parsed_argv("#!/usr/bin/perl") == script("#!/usr/bin/perl"));
  CHECK(test::run(parse_command_line(1, "#! /bin/sh -e\necho \"$@\" a").argv) == "a\n");
}

TEST_CASE("splitting gives a program the arguments that the shell would give it") {
  for (const auto* line :
       {"env printf <%s> a  b", "env printf <%s> 'a  b' \"c'd\" e\\'f",
        "env printf <%s> \"\\a\\\\b\" '\\a'", "env printf <%s> a=b x\"\"y '' \"\"",
        "env printf <%s> \"a$\"", "env printf <%s> \xff\xc3\xa9 %%",
        "env printf <%s> a\\ b\\$c \"\\$d\\`\"", "env printf <%s> -- -n +x @y ,z a:b/~ \"~\""}) {
    // The < and > would be redirections: quoted here, so that only what follows differs.
    std::string quoted = line;
    quoted.replace(quoted.find("<%s>"), 4, "'<%s>'");
    INFO(quoted);
    CHECK(test::run(parse_command_line(1, quoted).argv) == test::run({"/bin/sh", "-c", quoted}));
  }
}

TEST_CASE("a line calls a function where a command begins") {
  const words names{"f", "g-2"};
  for (const auto* script :
       {"f", "f x", " f", "a; f", "a|f", "a && f", "(f)", "x=$(f)", "a `f`", "\"$(f)\"",
        "if f; then b; fi", "! f", "X=1 Y=2 f", "{ f; }", "a\nf", "g-2 x", "f>x"}) {
    INFO(script);
    CHECK(calls_one_of(script, names));
  }
  for (const auto* script :
       {"", "ff", "a f", "./f", "f=1", "f.sh", "a > f", "g", "\"f\"x", "a -f", "a {} f"}) {
    INFO(script);
    CHECK_FALSE(calls_one_of(script, names));
  }
}

TEST_CASE("a line that calls an exported function is for bash") {
  shell_program shell = parse_shell("");
  shell.functions = {"f"};
  CHECK(parse_command_line(1, "f 1", shell).argv.to_vector() == words{"bash", "-c", "f 1"});
  CHECK(parse_command_line(1, "g 1", shell).argv.to_vector() == words{"g", "1"});
}
