// What findutils' own tests ask of xargs, each case built anew: weir in its place and xargs itself
// read the same input. A row has the options and the command; the input is in a file `in`.
#include <string>

#include "beside_xargs.hpp"

using namespace test;
using namespace test::beside_xargs;

namespace {

// For printf(1), within single quotes.
constexpr const char* rising =
    "a\\nbb\\nccc\\ndddd\\neeeee\\nffffff\\nggggggg\\nhhhhhhhh\\n"
    "iiiiiiiii\\na\\nbb\\nccc\\ndddd\\neeeee\\nffffff\\n";
constexpr const char* falling = "iiiiiiiii hhhhhhhh ggggggg ffffff eeeee dddd ccc bb a ccc a\\n";
constexpr const char* some_lines =
    "1 22 333\\n4444 55555\\n666666\\n7777777 1\\n22\\n333 4444\\n\\n55555\\n";
constexpr const char* open_lines =
    " \\f\\r\\t\\v\\n1 22 333 \\n4444 55555\\n666666\\t\\n7777777 \\n1 22\\n333 4444\\n55555 \\n";
constexpr const char* odd_items =
    "one\\n \\f\\r\\t\\v\\n\\ntwo\\n s  s \\n\\fa\\f\\fb\\f\\n\\rc\\r\\rd\\r\\n\\te\\t\\tf\\t\\n"
    "\\vg\\v\\vh\\v\\n \\f\\r\\t\\v";
constexpr const char* quoted =
    "   it is\\n\"a \\tquoted word\"  \\nand \\\\\\n"
    "a newline that is \\\\\\n\\\\\\nkept\\nand \\047some\\tother\\047 quotes.\\n";

std::string reading(const std::string& input, const std::string& rest) {
  return "printf '" + input + "' > in; " + rest;
}

void same_of(const std::string& input, const std::string& options) {
  same_as_xargs(reading(input, "\"$@\" " + options + " < in"));
}

/// Lines become records that end with NUL.
std::string records(std::string input) {
  for (std::size_t at = 0; (at = input.find("\\n", at)) != std::string::npos;)
    input.replace(at, 2, "\\0");
  return input;
}

/// Sizes that may be asked for, in one script: what fits differs by single bytes. Each use takes
/// others, and together they take all.
void same_for_sizes(const std::string& input, const std::string& options) {
  constexpr int step = 5;
  static int turn = 0;
  const std::string first = std::to_string(step + turn++ % step);
  same_as_xargs(reading(input, "for size in $(seq " + first + " " + std::to_string(step) +
                                   " 48) 118 470; do echo \"= $size\"; \"$@\" -s $size " + options +
                                   " < in 2> err; echo \"= $?\"; test -s err && echo said; done"));
}

}  // namespace

TEST_CASE("words, lines and records are parted as findutils' cases have it") {
  if (!is_findutils()) return;
  for (const char* const options : {"", "-n1", "-n2", "-n3", "-L2", "-L3", "-l", "-l2"})
    for (const char* const input : {rising, falling, some_lines, open_lines}) {
      same_of(input, options);
      same_of(records(input), std::string("-0 ") + options);
    }
  same_of(some_lines, "-L2 -n2");
  same_of(some_lines, "-l1 -n4");
  same_of("word other", "-d o -n1");
  same_of("first\\nlast", "");
  same_of("first\\0last", "-0");
  same_of("q\\vw\\ve r\\v\\n6\\f7\\f8 9\\n", "printf '[%s]\\n'");
  same_of(quoted, "");
  same_of(quoted, "-i__ echo before __ behind");
  same_of("foo \\047\\047 bar\\nbaz \\047\\047\\n\\047\\047 end\\n", "-n1 printf '@%s@\\n'");
}

TEST_CASE("as much fits into a command line as findutils' cases have it, to the byte") {
  if (!is_findutils()) return;
  for (const char* const input : {rising, falling}) {
    same_for_sizes(input, "");
    same_for_sizes(input, "-n2");
    same_for_sizes(input, "-n3 -x");
    same_for_sizes(input, "-L2");
    same_for_sizes(input, "-iARG echo ARG is xARGx");
  }
  same_for_sizes(records(rising), "-0");
  same_for_sizes(records(rising), "-0 -n2 -x");
  same_for_sizes(records(odd_items), "-0 -i echo of {} to x{}y");
  same_as_xargs("yes y | head -n 32767 | tr '\\n' ' ' > in; \"$@\" < in | cksum; \"$@\" true < in");
  same_as_xargs("yes y | head -n 16383 | tr '\\n' ' ' > in; \"$@\" < in | cksum; \"$@\" true < in");
}

TEST_CASE("lines take the place of a string as findutils' cases have it") {
  if (!is_findutils()) return;
  same_of(odd_items, "-IARG echo from ARG to xARGy");
  same_of(odd_items, "-i echo from {} to x{}y");
  same_of(records(odd_items), "-i -0 echo from {} to x{}y");
  same_of("\\n \\f\\r\\t\\v\\n", "-IARG echo from ARG to xARGy");
  for (const char* const options : {"-E_ -I%%", "-I%% -E_"})
    same_of("one\\ntwo\\n_\\nthree", options + std::string(" echo from %% to x%%y"));
}

TEST_CASE("an input ends at its word as findutils' cases have it") {
  if (!is_findutils()) return;
  for (const char* const word : {"END", "bEND", "ENDe", " END\\t", "END x", "x END", "\"END\""})
    for (const char* const options : {"-E END", "-eEND", "--eof=END", "-e", "-E ''", "-n1 -EEND"})
      same_of("one\\ntwo\\n" + std::string(word) + "\\nthree\\nfour", options);
  same_of("one\\0two\\0_\\0three\\0", "-E_ -0");
  same_of("one\\n  _\\ntwo\\n", "-E_");
}

TEST_CASE("who reads on after the word that ends the input gets what follows it") {
  if (!is_findutils()) return;
  same_as_xargs("seq 5 > in; { \"$@\" -E2; cat; } < in");
  same_as_xargs("seq 5 > in; { \"$@\" -E2; \"$@\" -E4; cat; } < in");
  same_as_xargs("seq 100000 > in; { \"$@\" -E 90000 | cksum; cat; } < in | cksum");
  same_as_xargs("printf '1\\n2' > in; { \"$@\" -E2; cat; } < in");
}

TEST_CASE("an input that has its word for the end is not waited for any longer") {
  test_space t;
  const pid_t pid = t.start_shell(
      "mkfifo pipe; { printf 'one END more\\n'; until test -e ended; do :; done; } > pipe & $WEIR "
      "--as xargs -E END < pipe; echo $?; : > ended");
  t.wait_for_file("ended");
  CHECK(t.join(pid).out == "one\n0\n");
}

TEST_CASE("an input without a word runs what findutils' cases have it") {
  if (!is_findutils()) return;
  for (const char* const input : {"", "\\n\\n\\n", "\\n \\f\\r\\t\\v\\n"})
    for (const char* const options : {"", "-r", "-t", "-0", "-t -0"})
      for (const char* const command : {"", " echo this and that"})
        same_of(input, std::string(options) + command);
}

TEST_CASE("a quote that is left open ends the run as findutils' cases have it") {
  if (!is_findutils()) return;
  for (const char* const input : {"one\\n\"two\\nthree", "one\\n\"two", "one two\\n\\047three"})
    for (const char* const options : {"", "-n1", "-n2 -x", "-I% echo %", "-L1", "-0"})
      same_of(input, options);
  same_of("one \"two\\n", "-n1 false");
  same_of("one\\ntoolongforthat\\n", "-s 12 -n1 false");
  same_of("one\\ntoolongforthat\\n", "-s 24 -n1 sh -c 'kill -9 $$'");
}

TEST_CASE("statuses are those of findutils' cases") {
  if (!is_findutils()) return;
  for (const char* const first : {"false", "exit 255", "kill \\$\\$", "exit 126", "exit 127"})
    same_of(first + std::string("\\necho 1\\necho 2\\n"), "-n1 -IARG sh -c ARG");
  same_of("a\\n", "/");
  same_of("a\\n", "./missing");
  same_of("a b c\\n", "false");
}

TEST_CASE("several at once print as they end as findutils' case has it") {
  if (!is_findutils()) return;
  same_as_xargs(
      reading("until test -e 2; do :; done; echo one\\nuntil test -e 3; do :; done; echo two; : > 2"
              "\\necho three; : > 3\\n",
              "\"$@\" -P3 -n1 -IARG sh -c ARG < in | sort"));
}

TEST_CASE("of options that exclude each other the last counts as findutils' cases have it") {
  if (!is_findutils()) return;
  const char* const script =
      "printf 'a b c\\nd e f\\ng h i\\n' > in; try() { echo \"$options\"; \"$@\" $options < in 2> "
      "err; echo \"= $?\"; grep -c . err; }; "
      "all='-n2 --max-args=2 -n1 -l2 --max-lines=2 -L1 --replace=R -IR -i'; "
      "for one in $all; do for two in $all; do options=\"$one $two\"; try \"$@\"; done; done; "
      "for options in '-n2 -l2 -l3 -l4 -i' '-l5 -n2 -i -l4' '-I_ -n1 echo a._.b' "
      "'-n1 -l2 --max-lines=3 --replace=4 -I5 --max-args=6 -n7'; do try \"$@\"; done";
  same_as_xargs(script);
}

TEST_CASE("a line of -t can be pasted whatever is in the items") {
  test_space t;
  const std::string items = "printf '%s\\0' 000 '1 0' '2\"0' \"3'0\" '4\n0' '5$HOME' '`6`' '\\7'";
  const auto run = t.shell("printf '#!/bin/sh\\necho \"$@\"\\n' > 'my command'; chmod +x my*; " +
                           items + " | $WEIR --as xargs -0t -I{} './my command' 'he  y' {} end");
  CHECK_THAT(run.out, Catch::Contains("he  y 4\n0 end\n"));
  t.write("pasted", run.err);
  CHECK(t.shell("sh ./pasted").out == run.out);
}
