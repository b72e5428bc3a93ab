#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;
using strings = std::vector<std::string>;

TEST_CASE("every line of stdin is a command line") {
  test_space t;
  const auto run = t.weir({"-k"}, "echo one\n\n  \necho 'two  words'; echo three\nexit 0\n");
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "one\ntwo  words\nthree\n");
}

TEST_CASE("the last line counts without its newline") {
  test_space t;
  CHECK(t.weir({"-k"}, "echo a\necho b").out == "a\nb\n");
}

TEST_CASE("without input there is no job and no failure") {
  test_space t;
  const auto run = t.weir({"echo"}, "");
  CHECK(run.exit_code() == 0);
  CHECK(run.out.empty());
}

TEST_CASE("items are appended, or fill placeholders") {
  test_space t;
  CHECK(t.weir({"-k", "echo"}, "a b\nc\n").out == "a b\nc\n");
  CHECK(t.weir({"-k", "echo", "{.}", "{/}", "{//}", "{#}"}, "d/a.txt\n").out == "d/a a.txt d 1\n");
}

TEST_CASE("several sources give the product, the last varying fastest, and pairs with a plus") {
  test_space t;
  CHECK(t.weir({"-k", "echo", "{1}{2}", ":::", "a", "b", ":::", "1", "2"}).out ==
        "a1\na2\nb1\nb2\n");
  CHECK(t.weir({"-k", "echo", "{1}{2}", ":::", "a", "b", ":::+", "1", "2", "3"}).out == "a1\nb2\n");
}

TEST_CASE("items come from files, in the order they are named") {
  test_space t;
  t.write("one", "a\nb\n");
  t.write("two", "1\n2\n");
  CHECK(t.weir({"-k", "-a", "one", "echo"}).out == "a\nb\n");
  CHECK(t.weir({"-k", "echo", "{1}{2}", "::::", "one", "two"}).out == "a1\na2\nb1\nb2\n");
  CHECK(t.weir({"-k", "-a", "one", "-a", "two", "echo", "{1}{2}"}).out == "a1\na2\nb1\nb2\n");
}

TEST_CASE("items end with NUL or any other byte") {
  test_space t;
  CHECK(t.weir({"-k", "-0", "echo"}, std::string("a\nb\0c", 5)).out == "a\nb\nc\n");
  CHECK(t.weir({"-k", "-d", ",", "echo"}, "a,b").out == "a\nb\n");
  CHECK(t.weir({"-k", "-d", "\\t", "echo"}, "a\tb").out == "a\nb\n");
}

TEST_CASE("items end with a character of several bytes") {
  test_space t;
  CHECK(t.weir({"-k", "-d", "\xc3\xa4", "echo"}, "a\xc3\xa4\xc3\x83").out == "a\n\xc3\x83\n");
}

TEST_CASE("a NUL within an item is refused, whatever ends items") {
  test_space t;
  const auto run = t.weir({"-k", "-d", ",", "echo"}, std::string("a,\0b,c", 6));
  CHECK(run.exit_code() == 2);
  CHECK(run.out == "a\n");
  CHECK(run.err.find("stdin:2: NUL byte") != std::string::npos);
}

TEST_CASE("a byte order mark at the start of an input is no part of it") {
  test_space t;
  const std::string mark = "\xef\xbb\xbf";
  CHECK(t.weir({"-k"}, mark + "echo x\n").out == "x\n");
  CHECK(t.weir({"-k", "echo"}, mark + "a\n").out == "a\n");
  CHECK(t.weir({"-k", "-0", "echo"}, mark + std::string("a\0b", 3)).out == "a\nb\n");
  CHECK(t.weir({"--header", ":", "echo", "{id}"}, mark + "id\n1\n").out == "1\n");
  t.write("one", mark + "a\n");
  t.write("two", mark + "b\n");
  CHECK(t.weir({"-a", "one", "echo"}).out == "a\n");
  CHECK(t.weir({"echo", "{1}{2}", "::::", "one", "two"}).out == "ab\n");
  const std::string job = mark + "{\"argv\": [\"echo\", \"c\"]}\n";
  t.write("jobs.jsonl", job);
  CHECK(t.weir({"--file", "jobs.jsonl"}).out == "c\n");
  CHECK(t.weir({"--file", "-", "--format", "jsonl"}, job).out == "c\n");
  CHECK(t.weir({"--file", "jobs.jsonl", "--check"}).exit_code() == 0);
}

TEST_CASE("several items fill one command line, the last one with what is left") {
  test_space t;
  CHECK(t.weir({"-k", "-n", "2", "echo"}, "a\nb\nc\n").out == "a b\nc\n");
  CHECK(t.weir({"-k", "-n2", "echo", "{2}", "{1}", ":::", "a", "b"}).out == "b a\n");
}

TEST_CASE("columns have numbers, or the names of the header") {
  test_space t;
  CHECK(t.weir({"-k", "--colsep", ",", "echo", "{2}-{1}"}, "a,b\n").out == "b-a\n");
  CHECK(
      t.weir({"-k", "--colsep", ",", "--header", ":", "echo", "{user}"}, "id,user\n1,ann\n").out ==
      "ann\n");
}

TEST_CASE("data is never parsed as code") {
  test_space t;
  const std::string hostile = "$(touch pwned); `touch pwned` '\"\\ &|";
  CHECK(t.weir({"echo {}; true", ":::", hostile}).out == hostile + '\n');
  CHECK(t.weir({"echo \"{}\"; true", ":::", hostile}).out == hostile + '\n');
  CHECK(t.weir({"echo '{}'; true", ":::", hostile}).out == hostile + '\n');
  CHECK_FALSE(t.exists("pwned"));
}

TEST_CASE("a carriage return is kept, and warned about once") {
  test_space t;
  const auto run = t.weir({"-k", "echo"}, "a\r\nb\r\n");
  CHECK(run.out == "a\r\nb\r\n");
  CHECK(lines(run.err).size() == 1);
  CHECK(run.err.find("stdin:1:") != std::string::npos);
}

TEST_CASE("a line that is too long is refused with its number, after the jobs before it") {
  test_space t;
  const auto run =
      t.weir({"-k", "--max-line", "1K", "echo"}, "a\n" + std::string(2000, 'x') + "\n");
  CHECK(run.exit_code() == 2);
  CHECK(run.out == "a\n");
  CHECK(run.err.find("stdin:2:") != std::string::npos);
}

TEST_CASE("a NUL in a line is refused with its number") {
  test_space t;
  const auto run = t.weir({"-k", "echo"}, std::string("a\nb\0b\n", 6));
  CHECK(run.exit_code() == 2);
  CHECK(run.err.find("stdin:2:") != std::string::npos);
}

TEST_CASE("a job starts and its output appears while the input is still being written") {
  test_space t;
  const auto run = t.shell(
      "mkfifo in out; $WEIR -k echo < in > out & exec 3> in 4< out; echo first >&3; "
      "read -r line <&4; echo \"got $line\"; echo second >&3; exec 3>&-; cat <&4; wait");
  CHECK(run.out == "got first\nsecond\n");
}

TEST_CASE("a job knows its number, slot and attempt, and reads nothing") {
  test_space t;
  CHECK(t.weir({"-j1", "CHILD", "env", "WEIR_SEQ", "env", "WEIR_SLOT", "env", "WEIR_ATTEMPT", "env",
                "WEIR_JOB", "env", "PARALLEL_SEQ", "cat", ":::", "exit"})
            .out == "WEIR_SEQ=1\nWEIR_SLOT=1\nWEIR_ATTEMPT=1\nWEIR_JOB=job-1\nPARALLEL_SEQ=1\n");
}

TEST_CASE("a dry run prints what would run, ready to be pasted, and runs nothing") {
  test_space t;
  const auto run = t.weir({"--dry-run", "touch", "{}", "{%}", ":::", "a b", "c"});
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "touch 'a b' 1\ntouch c 1\n");
  CHECK_FALSE(t.exists("c"));
}

TEST_CASE("an item that a shell would evaluate as a number, and is none, fails its job alone") {
  test_space t;
  const auto run =
      t.weir({"-k", "--retries", "2", "echo $(({} + 1))", ":::", "1", "a[$(touch x)]", "3"});
  CHECK(run.exit_code() == 1);
  CHECK(run.out == "2\n4\n");
  CHECK_THAT(
      run.err,
      Contains("job 2 failed: \"a[$(touch x)]\" is used where the shell evaluates a number"));
  CHECK_THAT(run.err, !Contains("attempt"));
  CHECK_FALSE(t.exists("x"));
}

TEST_CASE("what cannot be read as a list of items is told before anything starts") {
  test_space t;
  t.write("list", "a\n");
  for (const auto* file : {"missing", "."}) {
    for (const strings& arguments : {strings{"echo", "::::", file},
                                     {"-a", file, "echo"},
                                     {"echo", "::::", "list", file},
                                     {"::::", file}}) {
      const auto run = t.weir(arguments);
      CHECK(run.exit_code() == 2);
      CHECK(run.out.empty());
      CHECK(run.err.find(": cannot be read: ") != std::string::npos);
    }
  }
  CHECK(t.weir({"echo", "::::", "-", "-"}, "a\n").exit_code() == 2);
  const auto twice = t.shell("mkfifo f; exec 3<> f; $WEIR echo :::: f f");
  CHECK(twice.err.find("f: a pipe can be read only once") != std::string::npos);
}

TEST_CASE("a FIFO is a list of items") {
  test_space t;
  CHECK(t.shell("mkfifo f; printf 'a\\nb' > f & $WEIR -k -a f echo; wait").out == "a\nb\n");
}

TEST_CASE("a signal is heard while the input gives no jobs") {
  test_space t;
  for (const auto* command : {"touch", "-n2 touch"}) {
    INFO(command);
    const auto run = t.shell(std::string("rm -f first in; mkfifo in; "
                                         "{ printf 'first\\nsecond\\n'; yes ''; } > in & ") +
                             "$WEIR " + command +
                             " < in & child=$!; while ! test -e first; do :; done; "
                             "kill -TERM $child; wait $child; echo $?");
    CHECK(run.out == "143\n");
  }
}
