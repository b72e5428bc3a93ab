// In GNU parallel's place: what sources and lines are, and where there is no command or no item.
#include "beside_parallel.hpp"

using namespace test;
using Catch::Contains;

namespace {

const std::string parallel_of_sources = "SHELL=/bin/bash $WEIR --as parallel -k ";

}  // namespace

TEST_CASE("beside others an empty source is one empty item") {
  for (const char* const line :
       {"echo [{1}] [{2}] ::: a b :::", "echo [{1}] [{2}] ::: ::: a b",
        "echo [{1}] :::", "echo [{1}] [{2}] ::: :::", "echo [{1}] [{2}] :::: empty ::: a b",
        "echo [{1}] [{2}] :::: empty empty", "echo [{1}] [{2}] ::: a b :::+", "echo x ::: a b :::",
        "echo [{1}] [{2}] [{3}] ::: a ::: ::: c", "--header : echo [{a}] [{b}] ::: a 1 2 ::: b",
        "-a empty -a abc echo [{1}] [{2}]", "-r echo x {1} {2} ::: a b :::"})
    same(std::string(": > empty; \"$@\" -k ") + line);
  test_space t;
  CHECK(t.shell(parallel_of_sources + "'echo {1}:{2}' ::: a b :::").out == "a:\nb:\n");
  CHECK(t.shell(parallel_of_sources + "--link 'echo {1}:{2}' ::: a b :::").out == "a:\nb:\n");
  CHECK(t.weir({"echo", ":::", "a", "b", ":::"}).out == "");
}

TEST_CASE("with -L a line that ends with a blank goes on with the next") {
  for (const char* const arguments :
       {"-L1 echo", "-L1 'echo [{}]'", "-L2 'echo [{1}][{2}]'", "-l echo", "-l1 -j1 -X echo",
        "-l2 -j1 --xargs echo", "-N1 echo"})
    for (const char* const input :
         {"a \\nb\\nc\\n", "a\\t\\nb \\nc\\nd\\n", "a  \\nb\\nc \\n", "a \\n\\nb\\n"})
      same("printf '" + std::string(input) + "' | \"$@\" -k " + arguments);
  same("printf 'a, \\nb,c\\nc\\n' | \"$@\" -k -L1 --colsep , 'echo [{1}][{2}][{3}]'");
  same("\"$@\" -k -L1 'echo [{1}][{2}]' ::: 'a ' b c ::: d 'e '");
  same("printf 'echo a \\necho b\\n' | \"$@\" -k -L1");
  test_space t;
  CHECK(t.shell("printf 'a \\nb\\nc\\n' | " + parallel_of_sources + "-L1 echo").out == "a b\nc\n");
}

TEST_CASE("option --skip-first-line takes the first item off the first source") {
  for (const char* const line :
       {"echo ::: a b c ::: d e", "echo ::: a b c :::: abc", "echo :::: abc def",
        "echo :::: abc ::: a b", "-a abc -a def echo", "--header : echo ::: a b c"})
    same(std::string("\"$@\" -k --skip-first-line ") + line);
  test_space t;
  CHECK(t.shell(parallel_of_sources + "--skip-first-line echo ::: a b").out == "b\n");
  CHECK(t.weir({"--skip-first-line", "echo", ":::", "a", "b"}).out == "b\n");
}

TEST_CASE("with -r an item of white space alone is none") {
  for (const char* const line :
       {"echo x ::: '' a ' '", "echo {1}-{2} ::: '' a ::: '' y", "-N2 echo {1}-{2} ::: '' a ' ' b",
        "--xargs echo ::: '' a ' ' b", "--link echo {1}-{2} ::: '' a ::: x y", "echo ::: ' '"})
    same(std::string("\"$@\" -k -r ") + line);
  for (const char* const input : {" \\n\\t\\n", "a\\n\\n \\t\\nb\\n", "\\n", ""})
    same("printf '" + std::string(input) + "' | \"$@\" -k -r echo x");
  same("printf ' \\0a\\0\\0' | \"$@\" -k -0 -r echo x");
  test_space t;
  CHECK(t.shell(parallel_of_sources + "-r echo x ::: '' a ' '").out == "x a\n");
}

TEST_CASE("a tag ends no line that the job has not ended") {
  for (const char* const line :
       {"--tag 'printf %s {}' ::: a b", "--lb -j1 --tag 'printf %s {}' ::: a b",
        "--tag 'echo {}; printf %s {}' ::: a b", "--tagstring x 'printf %s {}' ::: a b"})
    same(std::string("\"$@\" -k ") + line);
  test_space t;
  CHECK(t.shell(parallel_of_sources + "--tag 'printf %s {}' ::: a b").out == "a\tab\tb");
  CHECK(t.weir({"-k", "--tag", "printf", "%s", "{}", ":::", "a", "b"}).out == "a\ta\nb\tb\n");
}

TEST_CASE("a tag may have the slot in it") {
  same("\"$@\" -k -j1 --tagstring '{%}:{#}' echo ::: a b");
  same("\"$@\" -k -j1 --dry-run --tagstring '{%}:{#}' echo ::: a b");
  test_space t;
  CHECK(t.weir({"-j1", "--tagstring", "{%}:{}", "echo", ":::", "{%}"}).out == "1:{%}\t{%}\n");
}

TEST_CASE("options of items do no harm where items are command lines") {
  for (const char* const option :
       {"--plus", "-I,,", "-i", "--rpl '{q} s/a/b/'", "--parens ,,,,", "--trim lr", "-s 100", "-N1",
        "-L1", "--skip-first-line", "--header :", "-E end"})
    same("printf 'echo a {}\\necho b {..} {q} ,,\\nend\\n' | \"$@\" -k " + std::string(option));
  same("printf 'true\\necho a\\npwd\\n' | \"$@\" -k -q 2>/dev/null | grep -c .");
  test_space t;
  for (const char* const joins : {"-m", "-X", "--xargs", "-N2", "-L 2", "-n 2"}) {
    INFO(joins);
    const finished run = t.shell("printf 'echo a\\necho b\\n' | " + parallel_of_sources + joins);
    CHECK(run.exit_code() == 255);
    CHECK(run.out == "");
    const std::string name = std::string(joins).substr(0, joins[1] == '-' ? 7 : 2);
    CHECK(run.err ==
          "parallel: " + name + ": without a COMMAND, each item is a command line of its own\n");
  }
}

TEST_CASE("options of items do no harm beside --pipe") {
  for (const char* const option :
       {"--trim lr", "--link", "-X", "-m", "--xargs", "-E B", "--colsep ,", "-s 100"})
    same("\"$@\" -k --pipe " + std::string(option) + " cat < abc");
  same("\"$@\" -k --pipe 'echo [{}][{1}][{.}]{#}; cat' < abc");
  same("\"$@\" -k --pipepart -a abc --link cat");
  test_space t;
  for (const char* const option : {"-0", "-d ,"}) {
    const finished run = t.shell(parallel_of_sources + "--pipe " + option + " cat < /dev/null");
    CHECK(run.exit_code() == 255);
    CHECK_THAT(run.err, Contains(": with --pipe, --recend says how records end"));
  }
}

TEST_CASE("option --skip-first-line holds for blocks, too") {
  for (const char* const line :
       {"--pipe cat", "--pipe -N1 'cat; echo'", "--pipe --header : -N1 'cat; echo'",
        "--pipe --block 1 'cat; echo'", "--pipe --round-robin -j1 cat", "--pipe -N2 'cat; echo'"})
    same("printf '1\\n2\\n3\\n4\\n' | \"$@\" -k --skip-first-line " + std::string(line));
  same("\"$@\" -k --skip-first-line --pipepart -a abc cat");
  test_space t;
  t.write("f", "1\n2\n3\n4\n");
  CHECK(t.shell(parallel_of_sources + "--skip-first-line --pipe -N2 'cat; echo' < f").out ==
        "2\n3\n\n4\n\n");
  CHECK(t.shell(parallel_of_sources + "--skip-first-line --pipe --header : -N2 cat < f").out ==
        "2\n3\n4\n");
  CHECK(t.weir({"-k", "--skip-first-line", "--pipepart", "-a", "f", "--block", "2", "cat"}).out ==
        "2\n3\n4\n");
  CHECK(t.weir({"--skip-first-line", "--pipe", "wc", "-c"}, "1").out.empty());
  CHECK(t.weir({"--skip-first-line", "--pipe", "wc", "-l"}, numbers(100000)).exit_code() == 0);
}
