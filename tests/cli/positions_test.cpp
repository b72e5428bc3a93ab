// Which items there are, and how many of them a command line takes.
#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using strings = std::vector<std::string>;

TEST_CASE("empty items are items with -0 and -d") {
  test_space t;
  CHECK(t.weir({"-k", "-0", "echo", "<{}>"}, std::string("a\0\0c\0", 5)).out == "<a>\n<>\n<c>\n");
  CHECK(t.weir({"-k", "-0", "-n2", "echo", "<{1}>"}, std::string("a\0\0c\0d\0", 7)).out ==
        "<a>\n<c>\n");
  CHECK(t.weir({"-k", "-d", ",", "echo", "<{}>"}, "a,,c,").out == "<a>\n<>\n<c>\n");
}

TEST_CASE("a blank line counts where position carries meaning") {
  test_space t;
  CHECK(t.weir({"-k", "-n2", "echo", "<{1}>"}, "a\n\nc\nd\n\n").out == "<a>\n<c>\n");
  t.write("names", "a\n\nc\n");
  t.write("values", "1\n2\n3\n");
  CHECK(t.weir({"-k", "echo", "{1}-{2}", "::::", "names", "::::+", "values"}).out ==
        "a-1\n-2\nc-3\n");
  CHECK(t.weir({"-k", "--header", ":", "echo", "<{n}>"}, "n\na\n\nb\n").out == "<a>\n<>\n<b>\n");
  CHECK(t.weir({"-k", "--colsep", ",", "echo", "<{1}>"}, "a,b\n\nc\n").out == "<a>\n<>\n<c>\n");
}

TEST_CASE("a blank line is no item where it carries no meaning, and no command line") {
  test_space t;
  CHECK(t.weir({"-k", "echo", "<{}>"}, "\na\n\nb\n\n").out == "<a>\n<b>\n");
  CHECK(t.weir({"-k", "-0"}, std::string("echo a\0\0 \0echo b", 16)).out == "a\nb\n");
  CHECK(t.weir({"-k", ":::", "echo a", "", "echo b"}).out == "a\nb\n");
  const auto nothing = t.weir({"echo"}, "\n\n\n");
  CHECK(nothing.out.empty());
  CHECK(nothing.exit_code() == 0);
}

TEST_CASE("with -n a job takes fewer items than it may when execve does not take more") {
  test_space t;
  const std::string item(1000, 'x');
  std::string items;
  for (int i = 0; i < 10000; ++i) items += item + '\n';
  t.write("list", items);
  for (const strings& input : {strings{"::::", "list"}, {"::::", "list", ":::+", "y"}}) {
    strings arguments{"-k", "-n", "1000000", "true"};
    arguments.insert(arguments.end(), input.begin(), input.end());
    const auto run = t.weir(arguments);
    CHECK(run.exit_code() == 0);
    CHECK(run.err.empty());
  }
  const auto counted = t.weir({"-k", "-n", "1000000", "sh", "-c", "echo $#", "sh"}, items);
  CHECK(counted.exit_code() == 0);
  int all = 0;
  const auto jobs = lines(counted.out);
  for (const auto& count : jobs) all += std::stoi(count);
  CHECK(all == 10000);
  CHECK(jobs.size() > 1);
  CHECK(jobs.size() < 200);
}

TEST_CASE("a joined argument of -n stays below the limit of one argument") {
  test_space t;
  std::string items;
  for (int i = 0; i < 1000; ++i) items += std::string(999, 'y') + '\n';
  const auto run = t.weir({"-k", "-n", "1000", "printf", "%s ", "<{}>"}, items);
  CHECK(run.exit_code() == 0);
  std::size_t found = 0;
  for (std::size_t at = 0; (at = run.out.find("yyy", at)) != std::string::npos; at += 999) ++found;
  CHECK(found == 1000);
}

TEST_CASE("an item that is too long for execve fails alone, with its line and the size") {
  test_space t;
  const auto run =
      t.weir({"-k", "--retries", "3", "echo"}, "a\n" + std::string(200000, 'x') + "\nb\n");
  CHECK(run.exit_code() == 1);
  CHECK(run.out == "a\nb\n");
  CHECK(run.err.find("stdin:2: an argument of 200000 bytes is too long") != std::string::npos);
  CHECK(run.err.find("run it again") == std::string::npos);
  CHECK(run.err.size() < 2000);
  const auto batch = t.weir({"-k", "-n", "2", "echo"}, "a\n" + std::string(200000, 'x') + "\nb\n");
  CHECK(batch.exit_code() == 1);
  CHECK(batch.out == "a\nb\n");
  const auto line = t.weir({"-k"}, "echo a\necho " + std::string(200000, 'x') + "; true\n");
  CHECK(line.exit_code() == 1);
  CHECK(line.out == "a\n");
  CHECK(line.err.find("stdin:2:") != std::string::npos);
}

TEST_CASE("an item that stands in the command ten thousand times takes no memory for each") {
  test_space t;
  std::string many;
  for (int i = 0; i < 10000; ++i) many += "{}";
  const std::string item(100000, 'x');
  const auto argument = t.weir({"echo", many}, item + "\n");
  CHECK(argument.exit_code() == 1);
  CHECK(argument.err.find("stdin:1:") != std::string::npos);
}
