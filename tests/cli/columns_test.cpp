// --colsep, --csv, --header, and placeholders that nothing fills.
#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using strings = std::vector<std::string>;

TEST_CASE("columns are split in every source") {
  test_space t;
  CHECK(t.weir({"-k", "--colsep", ",", "echo", "{2}{1}", ":::", "a,b", "c,d"}).out == "ba\ndc\n");
  CHECK(t.weir({"-k", "--colsep", ",", "echo", "{1}{2}{3}", ":::", "a,b", "c,d", ":::", "1", "2"})
            .out == "ab1\nab2\ncd1\ncd2\n");
  t.write("one", "a,b\nc,d\n");
  t.write("two", "1;2\n");
  CHECK(t.weir({"-k", "--colsep", "[,;]", "echo", "{1}{2}{3}{4}", "::::", "one", "two"}).out ==
        "ab12\ncd12\n");
  CHECK(t.weir({"-k", "--colsep", ",", "-a", "one", "-a", "two", "echo", "{2}{3}"}).out ==
        "b1;2\nd1;2\n");
  CHECK(t.weir({"-k", "--colsep", ",", "--header", ":", "echo", "{x}{z}", ":::", "x,y", "1,2",
                ":::", "z", "3"})
            .out == "13\n");
}

TEST_CASE("a placeholder that no input can fill is refused before anything starts") {
  test_space t;
  const std::vector<std::pair<strings, std::string>> wrong{
      {{"touch x; rm -rf /nowhere/{2}", ":::", "a"}, "\"{2}\""},
      {{"echo", "{2}"}, "\"{2}\""},
      {{"echo", "{2.}", "::::", "list"}, "\"{2.}\""},
      {{"echo", "{-3}", ":::", "a", ":::", "b"}, "\"{-3}\""},
      {{"-n2", "echo", "{3}", ":::", "a"}, "\"{3}\""},
      {{"--tagstring", "{2}", "echo", ":::", "a"}, "\"{2}\""},
      {{"--header", ":", "echo", "{nmae}", ":::", "name", "a"}, "did you mean {name}?"},
      {{"--header", ":", "--colsep", ",", "echo {nmae}; true"}, "did you mean {name}?"},
      {{"--header", ":", "--tagstring", "{nmae}", "echo"}, "{nmae}"}};
  t.write("list", "a\n");
  for (const auto& [arguments, word] : wrong) {
    INFO(arguments.back() << " " << word);
    const auto run = t.weir(arguments, "name,id\na,b\n");
    CHECK(run.exit_code() == 2);
    CHECK(run.out.empty());
    CHECK(lines(run.err).size() == 1);
    CHECK(run.err.find(word) != std::string::npos);
  }
  CHECK_FALSE(t.exists("x"));
}

TEST_CASE("a record with fewer columns than the command needs fails alone, with its line") {
  test_space t;
  const auto run = t.weir({"-k", "--colsep", ",", "echo", "{1}{2}"}, "a,b\nc\n\nd,e\n");
  CHECK(run.exit_code() == 1);
  CHECK(run.out == "ab\nde\n");
  CHECK(run.err.find("stdin:2 has only 1 column; {2} needs 2: \"c\"") != std::string::npos);
  CHECK(run.err.find("stdin:3 has only 1 column") != std::string::npos);
  CHECK(run.err.find("run it again") == std::string::npos);
  t.write("t.csv", "id,name\n1,x\n2\n3,y,more\n");
  const auto named = t.weir(
      {"-k", "--colsep", ",", "--header", ":", "-a", "t.csv", "touch done-{id}; echo {name}"});
  CHECK(named.exit_code() == 1);
  CHECK(named.out == "x\ny\n");
  CHECK(named.err.find("t.csv:3 has only 1 column; {name} needs 2: \"2\"") != std::string::npos);
  CHECK_FALSE(t.exists("done-2"));
  const auto enough = t.weir({"-k", "--colsep", ",", "echo", "{1}"}, "a,b\nc\n");
  CHECK(enough.exit_code() == 0);
  const auto pairs = t.weir({"-k", "-n2", "echo", "{1}{2}"}, "a\nb\nc\n");
  CHECK(pairs.exit_code() == 1);
  CHECK(pairs.out == "ab\n");
  CHECK(pairs.err.find("stdin:3 begins a job with only 1 item; {2} needs 2: \"c\"") !=
        std::string::npos);
  const auto dry = t.weir({"--dry-run", "--colsep", ",", "rm", "/x/{2}"}, "a,b\nc\n");
  CHECK(dry.exit_code() == 1);
  CHECK(dry.out == "rm /x/b\n");
  CHECK(dry.err.find("stdin:2 has only") != std::string::npos);
}

TEST_CASE("a separator that matches the empty string is refused, with how to write it") {
  test_space t;
  const auto bar = t.weir({"--colsep", "|", "echo", "{2}", ":::", "a|b"});
  CHECK(bar.exit_code() == 2);
  CHECK(bar.err ==
        "weir: --colsep: \"|\" matches the empty string; write \"\\|\" for a literal |\n");
  for (const char* nothing : {"^", "$", "a|", " *", "\\b", "(?:)", ",?"})
    CHECK(t.weir({"--colsep", nothing, "echo", ":::", "a"}).exit_code() == 2);
  CHECK(t.weir({"--colsep", "\\|", "echo", "{2}", ":::", "a|b"}).out == "b\n");
  CHECK(t.weir({"--colsep", " +", "echo", "{2}", ":::", "a   b"}).out == "b\n");
}

TEST_CASE("a record that would shift the columns of the next source fails alone") {
  test_space t;
  t.write("one", "a,b\nc\n");
  const auto run = t.weir({"-k", "--colsep", ",", "echo", "{1}{3}", "::::", "one", ":::", "x,y"});
  CHECK(run.exit_code() == 1);
  CHECK(run.out == "ax\n");
  CHECK(run.err.find("one:2:") != std::string::npos);
}

TEST_CASE("with a header the carriage returns of a DOS file are removed, with one warning") {
  test_space t;
  const auto run =
      t.weir({"-k", "--colsep", ",", "--header", ":", "echo", "<{b}>"}, "a,b\r\n1,2\r\n3,4\r\n");
  CHECK(run.out == "<2>\n<4>\n");
  CHECK(lines(run.err).size() == 1);
  CHECK(run.err.find("stdin:1: the line ends with a carriage return, which is removed") !=
        std::string::npos);
  t.write("dos", "a\r\nb\r\n");
  const auto list = t.weir({"-k", "echo", "{1}{2}", "::::", "dos", ":::", "x"});
  CHECK(list.out == "a\rx\nb\rx\n");
  CHECK(list.err.find("dos:1: the line ends with a carriage return, which is kept") !=
        std::string::npos);
}

TEST_CASE("CSV fields keep separators, quotes and newlines") {
  test_space t;
  CHECK(t.weir({"-k", "--csv", "echo", "<{2}>"}, "1,\"a,b\"\r\n2,\"c\"\"d\ne\"\r\n").out ==
        "<a,b>\n<c\"d\ne>\n");
  CHECK(t.weir({"-k", "--csv", "--header", ":", "echo", "{full name}"},
               "id,\"full name\"\n1,\"x, y\"\n")
            .out == "x, y\n");
  CHECK(t.weir({"-k", "--csv", "--colsep", ";", "echo", "{2}"}, "a;\"b;c\"\n").out == "b;c\n");
  CHECK(t.weir({"-k", "--csv", "--colsep", "\\t", "echo", "{2}"}, "a\t\"b\tc\"\n").out == "b\tc\n");
  CHECK(t.weir({"-k", "--csv", "echo", "{2}", ":::", "1,\"a,b\""}).out == "a,b\n");
  t.write("a.csv", "1,\"x\ny\"\n");
  t.write("b.csv", "2,z\n");
  CHECK(t.weir({"-k", "--csv", "echo", "{2}{4}", "::::", "a.csv", "b.csv"}).out == "x\nyz\n");
}

TEST_CASE("what is no CSV ends the run with its line, after the jobs before it") {
  test_space t;
  const auto run = t.weir({"-k", "--csv", "echo", "{1}"}, "a\nb\n\"c\nd\n");
  CHECK(run.exit_code() == 2);
  CHECK(run.out == "a\nb\n");
  CHECK(run.err.find("stdin:3: the quoted field that begins here") != std::string::npos);
  const auto word = t.weir({"--csv", "echo", ":::", "a\"b"});
  CHECK(word.exit_code() == 2);
  CHECK(word.err.find(R"(item 1 of ":::": )") != std::string::npos);
  for (const strings& wrong : {strings{"--csv", "--colsep", "ab", "echo"},
                               {"--csv", "--colsep", "\"", "echo"},
                               {"--csv", "-0", "echo"},
                               {"--csv"},
                               {"--csv", ":::", "echo a,b"},
                               {"--colsep", ",", ":::", "echo a,b"},
                               {"-n2", ":::", "echo a"}}) {
    const auto refused = t.weir(wrong, "a\n");
    CHECK(refused.exit_code() == 2);
    CHECK(lines(refused.err).size() == 1);
  }
}
