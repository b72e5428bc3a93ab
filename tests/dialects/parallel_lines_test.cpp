// Items as code, where GNU parallel means them to be: --as parallel alone fills in text.
#include "beside_parallel.hpp"

using namespace test;

namespace {

finished run_as_parallel(const std::string& script) {
  test_space t;
  return t.shell("SHELL=/bin/bash; export SHELL; set -- $WEIR --as parallel -k; " + script);
}

/// What weir alone prints, and that GNU parallel prints it, too.
/// \param script calls either as "$@".
void prints(const std::string& script, const std::string& expected) {
  INFO(script);
  CHECK(run_as_parallel(script).out == expected);
  same("set -- \"$@\" -k; " + script);
}

void both(const std::string& words, const std::string& expected) {
  prints("\"$@\" " + words, expected);
}

}  // namespace

TEST_CASE("a command that begins with an item takes its items as code") {
  both("'{} 2>&1' ::: 'echo a' 'echo b;'", "a\nb\n");
  both("{} ::: 'echo a; echo b' 'echo \"x  y\"'", "a\nb\nx  y\n");
  both("--tag {} ::: 'echo a;echo b'", "echo a;echo b\ta\necho a;echo b\tb\n");
  both("'{1} {2}' ::: echo 'printf \"%s\\n\"' ::: 'a  b' '$((1+2))'", "a b\n3\na\nb\n3\n");
  both("'{} | tr a-z A-Z' ::: 'echo abc' 'echo d  e'", "ABC\nD E\n");
  both("-C , '{1} {2}; echo {3}.' ::: 'echo a,b' 'echo c,d,e'", "a b\n.\nc d\ne.\n");
  both("--header : '{cmd} z' ::: cmd 'echo a' 'echo b'", "a z\nb z\n");
  both("-I@ '@ x' ::: 'echo a'", "a x\n");
  both("-n 2 {} ::: 'echo a' b", "a b\n");
}

TEST_CASE("elsewhere an item stays data, also behind the name of the command") {
  both("'true && {}' ::: 'echo a' 2>&1 | sed 's/.*: echo/echo/'", "echo a: command not found\n");
  both("'X={} && echo $X' ::: 'a b'", "a b\n");
  both("'echo {}' ::: '$(echo x)'", "$(echo x)\n");
}

TEST_CASE("lines of code are shown as they run") {
  both("--dry-run '{} 2>&1; echo {#}' ::: 'echo a' 'b c'",
       "echo a 2>&1; echo 1\nb c 2>&1; echo 2\n");
  both("-v '{} | cat' ::: 'echo a' 'echo b c'", "echo a | cat\na\necho b c | cat\nb c\n");
  both("-v -j1 '{} {%}' ::: 'echo a'", "echo a 1\na 1\n");
}

TEST_CASE("uq() leaves one item unquoted, and weir's own commands refuse it") {
  both("echo '{= uq() =}' ::: 'a  b' '$((1+2))'", "a b\n3\n");
  both("'echo {= uq; =} {}' ::: 'a  b'", "a b a  b\n");
  both("--rpl '{u} uq()' echo {u} {} ::: 'a  b'", "a b a  b\n");
  test_space t;
  const finished refused = t.shell("$WEIR 'echo {= uq() =}' ::: a");
  CHECK(refused.exit_code() == 2);
  CHECK_THAT(refused.err, Catch::StartsWith("weir: uq(): an item is never code here"));
}

TEST_CASE("option -X repeats words of a script, too") {
  both("-X -j1 'echo pre-{}-post | cat; echo {}' ::: a b c",
       "pre-a-post pre-b-post pre-c-post\na b c\n");
  both("-X -j1 'echo \"x{}y\" | cat' ::: a b", "xay xby\n");
  both("-X -j1 'echo {.}{/} | cat' ::: a/x.c b/y.d", "a/xx.c b/yy.d\n");
  both("-X -n 1 echo '{}' 400x\\\\! ../'{}' ::: a b", "a 400x! ../a\nb 400x! ../b\n");
}

TEST_CASE("a column that a line lacks is no argument") {
  both("-C , echo {1} x{2}y {3} ::: a,b a", "a xby\na xy\n");
}

TEST_CASE("option --tee without a command runs each item with the whole input") {
  prints("seq 3 | \"$@\" --pipe --tee ::: 'wc -l' 'sort -r' 'head -n 1'", "3\n3\n2\n1\n1\n");
}

TEST_CASE("option -r leaves blank lines out of blocks") {
  prints("printf '\\n\\n  \\na\\n\\nb\\n' | \"$@\" --pipe -r -N1 'echo block; cat'",
         "block\na\nblock\nb\n");
  prints("printf '\\n\\n  \\n' | \"$@\" --pipe -r 'echo block; cat'", "");
}

TEST_CASE("option --termseq says when KILL comes, and refuses what weir does not send") {
  both("--termseq TERM,200,KILL,25 echo ::: a", "a\n");
  both("--termseq KILL,1 --timeout 1 'trap \"\" TERM; sleep {}; echo {}' ::: 100 0", "0\n");
  for (const char* const wrong : {"INT,200,KILL,25", "TERM,200", "TERM", "TERM,x,KILL", ""}) {
    INFO(wrong);
    const finished refused =
        run_as_parallel("\"$@\" --termseq '" + std::string(wrong) + "' echo ::: a");
    CHECK_THAT(refused.err, Catch::StartsWith("parallel: --termseq: "));
    CHECK(refused.out.empty());
  }
}

TEST_CASE("option --citation leaves at once, as nothing has to be cited here") {
  test_space t;
  const finished left = t.shell("echo will cite | $WEIR --as parallel --citation");
  CHECK(left.exit_code() == 0);
  CHECK(left.out.empty());
}
