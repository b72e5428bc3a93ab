// In GNU parallel's place: what is filled in, and which words a job gets.
#include "beside_parallel.hpp"

using namespace test;
using Catch::Contains;

namespace {

const std::string parallel_of_words = "SHELL=/bin/bash $WEIR --as parallel -k ";

/// Whose job prints each of its words in brackets.
std::string words_of(const std::string& arguments) {
  test_space t;
  t.write("args", "#!/bin/sh\nprintf '[%s]' \"$@\"\necho\n");
  return t.shell("chmod +x args; " + parallel_of_words + arguments).out;
}

void same_words(const std::string& arguments) {
  same("printf '#!/bin/sh\\nprintf \"[%%s]\" \"$@\"\\necho\\n' > args; chmod +x args; \"$@\" -k " +
       arguments);
}

}  // namespace

TEST_CASE("with -I, {1} is left for the command within") {
  for (const char* const line :
       {"-I% \"parallel --will-cite -k echo {1} % ::: a b\" ::: X Y",
        "-I,, echo ,, {1} {-1} {2} ::: a", "-I,, echo ,, {.} {#} {1.} {/} {//} {-1.} ::: a.b/c.d",
        "-I,, echo ,, '{= s/a/b/ =}' '{=1 s/a/b/ =}' ::: a", "-I '{x}' echo {x} {1x} {1} {} ::: a",
        "-I '{}' echo {} {1} ::: a", "-I,, --tagstring '{1} ,, {}' echo ,, ::: 'a b'",
        "-I,, --rpl '{q} s/a/b/' echo ,, {q} {1q} {1} ::: aa",
        "-N2 -I,, echo ,, {1} {2} ::: a b c"})
    same(std::string("\"$@\" -k ") + line);
  test_space t;
  CHECK(t.weir({"-I,", "echo", ",", "{1}", "{.}", ":::", "a.b"}).out == "a.b {1} a\n");
  CHECK(t.shell(parallel_of_words + "-I,, echo ,, {1} {2} ::: a").out == "a {1} {2}\n");
}

TEST_CASE("an expression with blanks is one placeholder where many items go into a job") {
  for (const char* const line : {"-m -j1 echo '{= s/a/b/ =}' ::: a1 a2",
                                 "-X echo m '{= s/\\.jpg$/.png/ =}' o ::: a.jpg b.jpg",
                                 "-X -j1 echo m 'x{= s/\\.jpg$/.png/ =}y' o ::: a.jpg b.jpg",
                                 "--xargs -j1 echo m 'x{= s/\\.jpg$/.png/ =}y' o ::: a.jpg b.jpg",
                                 "--parens ,,,, -m -j1 echo ',, s/a/b/ ,,' ::: a1 a2"})
    same(std::string("\"$@\" -k ") + line);
  CHECK(words_of("-m -j1 ./args '{= s/a/b/ =}' ::: a1 a2") == "[b1][b2]\n");
}

TEST_CASE("a number of items holds also for what packs, if it is one") {
  for (const char* const how : {"--xargs", "-X", "-m"})
    for (const char* const most : {"-N1", "-n1", "-n 2", "-L1", "-l"}) {
      same(std::string("\"$@\" -k -j1 ") + most + ' ' + how + " echo ::: a b c");
    }
  CHECK(words_of("-j1 -N1 --xargs ./args ::: a b") == "[a]\n[b]\n");
}

TEST_CASE("a word with several items is as many words, or is repeated") {
  for (const char* const how : {"-m", "--xargs", "-X", "-N3", "-L3", ""})
    for (const char* const line : {"./args x{}y {.}", "-q ./args x{}y {.}", "./args {}",
                                   "-q ./args {}", "./args x{}y{.}z", "-q printf '[%s]\\n' x{}y"})
      same_words(std::string("-j1 ") + how + ' ' + line + " ::: a 'b c' d");
  CHECK(words_of("-m -j1 -q ./args 'x  {}y' ::: a b c") == "[x  a][b][cy]\n");
  CHECK(words_of("-X -j1 -q ./args 'x  {}y' ::: a b") == "[x  ay][x  by]\n");
  CHECK(words_of("-N2 ./args x{}y ::: a b c") == "[xay][xby]\n[xcy]\n");
}

TEST_CASE("command lines with repeated words are shown as others are") {
  same("\"$@\" -k -X -v -j1 echo ::: \"it's\" b");
  same("\"$@\" -k -X --dry-run -j1 echo x{}y ::: a b");
}

TEST_CASE("with -u there is no order to keep") {
  test_space t;
  const finished run = t.shell(parallel_of_words + "-u -j1 echo ::: a b");
  CHECK(run.out == "a\nb\n");
  CHECK(run.exit_code() == 0);
  same("\"$@\" -u -k -j1 echo ::: a b");
}
