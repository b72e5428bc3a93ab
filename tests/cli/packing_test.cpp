// As many items to a job as fit (-m, -X, --xargs, -s), and items in an order by chance (--shuf).
#include <algorithm>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;

TEST_CASE("option --xargs fits all items into few jobs") {
  test_space t;
  const finished run = t.shell(
      "seq 100000 | $WEIR -k --xargs echo > all; wc -l < all; tr ' ' '\\n' < all | cksum; seq "
      "100000 | cksum");
  const auto told = lines(run.out);
  REQUIRE(told.size() == 3);
  CHECK(std::stoi(told[0]) < 10);
  CHECK(told[1] == told[2]);
}

TEST_CASE("the last items of -m and -X go to all slots") {
  test_space t;
  CHECK(t.shell("seq 10 | $WEIR -k -j4 -m echo").out == "1 2 3\n4 5 6\n7 8 9\n10\n");
  CHECK(t.shell("seq 3 | $WEIR -k -j2 -X echo a{}b").out == "a1b a2b\na3b\n");
  CHECK(t.shell("seq 3 | $WEIR -k -j2 -m echo a{}b").out == "a1 2b\na3b\n");
  CHECK(t.shell("seq 5 | $WEIR -k -j2 --xargs -n2 echo").out == "1 2\n3 4\n5\n");
}

TEST_CASE("option -s counts each byte of a command line, its last one too") {
  test_space t;
  CHECK(t.shell("seq 9 | $WEIR -k -j1 --xargs -s 9 echo").out == "1 2\n3 4\n5 6\n7 8\n9\n");
  CHECK(t.shell("seq 9 | $WEIR -k -j1 --xargs -s 15 'echo {} | cat'").out ==
        "1 2\n3 4\n5 6\n7 8\n9\n");
  const finished longer = t.shell("$WEIR -k -s 9 echo ::: a aaaaaaa");
  CHECK(longer.out == "a\n");
  CHECK(longer.exit_code() == 1);
  CHECK_THAT(longer.err, Contains("a command line of 13 bytes is too long: -s allows 9"));
}

TEST_CASE("what cannot be packed or shuffled is refused before anything starts") {
  test_space t;
  const auto refused = [&](const std::string& arguments, const std::string& word) {
    const finished run = t.shell("$WEIR " + arguments);
    CHECK(run.exit_code() == 2);
    CHECK(run.out.empty());
    CHECK_THAT(run.err, Contains(word));
  };
  refused("-m -X echo ::: 1", "-m and -X");
  refused("-X 'echo \"{}\"' ::: 1", "-X: in a script");
  refused("--xargs ::: 'echo a'", "--xargs: needs a COMMAND");
  refused("-s 0 echo ::: 1", "-s: \"0\"");
  refused("-m --pipe cat", "--pipe and -m");
  refused("--shuf --pipe cat", "--pipe and --shuf");
  refused("--shuf --file x.toml", "--shuf: cannot be combined with --file");
  refused("--shuf-seed x echo ::: 1", "--shuf-seed: \"x\"");
  refused("--process-slot-var 1x echo ::: 1", "--process-slot-var: \"1x\"");
  refused("--process-slot-var 'a b' echo ::: 1", "--process-slot-var: \"a b\"");
}

TEST_CASE("option --shuf takes all items once, and tells how to have the order again") {
  test_space t;
  const finished run = t.shell("seq 100 | $WEIR -k --shuf echo");
  auto items = lines(run.out);
  REQUIRE(items.size() == 100);
  const std::string told = "weir: shuffled; to repeat this order, use --shuf-seed ";
  REQUIRE(run.err.starts_with(told));
  const std::string seed = lines(run.err).front().substr(told.size());
  CHECK(t.shell("seq 100 | $WEIR -k --shuf-seed " + seed + " echo").out == run.out);
  CHECK(t.shell("seq 100 | $WEIR -q -k --shuf-seed " + seed + " echo").err.empty());
  std::ranges::sort(items);
  CHECK(std::ranges::unique(items).empty());
  CHECK(t.shell("seq 100 | $WEIR -k echo").out != run.out);
}

TEST_CASE("combinations are shuffled as wholes, and numbered as they come") {
  test_space t;
  const finished run = t.shell(
      "$WEIR -k --shuf-seed 7 echo {#} {1}{2} ::: a b c ::: 1 2 | sort -k2 | cut -d' ' -f2");
  CHECK(run.out == "a1\na2\nb1\nb2\nc1\nc2\n");
  CHECK(t.shell("$WEIR -k --shuf-seed 7 echo {#} ::: a b c").out == "1\n2\n3\n");
  CHECK(t.shell("printf 'x\\n1\\n2\\n' | $WEIR --shuf-seed 7 --header : echo {x} | sort").out ==
        "1\n2\n");
  CHECK(t.shell("$WEIR --shuf echo ::: 2>/dev/null").out.empty());
}
