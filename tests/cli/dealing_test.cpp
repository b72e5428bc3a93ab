// --round-robin, --shard, --bin, --tee: jobs that run at once and share one stream; --group-by,
// --cat, --fifo.
#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;

TEST_CASE("blocks go to running jobs in turn, each to one") {
  test_space t;
  const std::string input = numbers(200'000);
  const finished done =
      t.weir({"-j", "3", "--pipe", "--round-robin", "--block", "10K", "cat > {#}"}, input);
  CHECK(done.exit_code() == 0);
  CHECK(t.shell("cat 1 2 3 | sort -n").out == input);
  CHECK_FALSE(t.exists("4"));
}

TEST_CASE("with -k blocks go to the jobs strictly in turn") {
  test_space t;
  const finished done =
      t.weir({"-k", "-j", "3", "--pipe", "--round-robin", "-N1", "--header", "1", "cat"},
             "h\n" + numbers(7));
  CHECK(done.out == "h\n1\n4\n7\nh\n2\n5\nh\n3\n6\n");
}

TEST_CASE("there are no more jobs than blocks") {
  test_space t;
  CHECK(t.weir({"-j4", "-k", "--pipe", "--round-robin", "-N1", "echo job; cat"}, "a\nb\n").out ==
        "job\na\njob\nb\n");
  CHECK(t.weir({"-j4", "--pipe", "--round-robin", "echo job"}, "").out == "");
}

TEST_CASE("a job that reads no further does not hold up the others") {
  for (const char* const order : {"-k", "--group"}) {
    test_space t;
    // What is in its pipe as it ends is lost with it: the rest comes later.
    const finished done =
        t.shell("{ seq 5000; until [ -e gone ]; do sleep 0.01; done; seq 300000; } | $WEIR -j2 " +
                std::string(order) +
                " --pipe --round-robin --block 10K "
                "'case {#} in 1) : > gone; exit 0 ;; esac; cat > rest; tail -n 1 rest'");
    CHECK(done.out == "300000\n");
    CHECK(done.exit_code() == 0);
  }
}

TEST_CASE("when no job reads any further, the input is not read to its end") {
  for (const char* const way :
       {"--round-robin 'head -n 1'", "--shard 1 'head -n 1'", "--tee 'head -n 1; : {}' ::: 1 2"}) {
    test_space t;
    INFO(way);
    const finished done = t.shell("seq 1000000000000 | $WEIR -j2 -q --pipe " + std::string(way));
    CHECK_THAT(done.out, Contains("1\n"));
    CHECK(done.exit_code() == 0);
  }
}

TEST_CASE("lines with the same value go to the same job") {
  test_space t;
  std::string input;
  for (int i = 0; i < 3000; ++i) input += std::to_string(i % 17) + '\t' + std::to_string(i) + '\n';
  const finished done =
      t.weir({"-j4", "--pipe", "--block", "1K", "--shard", "1", "cut -f1 | sort -u > {#}"}, input);
  CHECK(done.exit_code() == 0);
  CHECK(t.shell("cat 1 2 3 4 | wc -l").out == "17\n");
  CHECK(t.shell("test -s 1 && test -s 2 && test -s 3 && test -s 4").exit_code() == 0);
}

TEST_CASE("lines go to the job with their number") {
  test_space t;
  const finished done =
      t.weir({"-k", "-j3", "--pipe", "--header", ":", "-C", ",", "--bin", "n", "echo {#}; cat"},
             "k,n\na,1\nb,2\nc,3\nd,4\ne,x\n");
  CHECK(done.out == "1\nk,n\na,1\nd,4\n2\nk,n\nb,2\n3\nk,n\nc,3\ne,x\n");
}

TEST_CASE("each job reads the whole input") {
  test_space t;
  const std::string input = numbers(100'000);
  const finished done =
      t.weir({"-k", "-j3", "--pipe", "--tee", "wc", "{}", ":::", "-l", "-w", "-c"}, input);
  CHECK(done.out == "100000\n100000\n" + std::to_string(input.size()) + "\n");
  const finished few =
      t.weir({"-j2", "--pipe", "--tee", "wc", "{}", ":::", "-l", "-w", "-c"}, input);
  CHECK_THAT(few.err, Contains("--tee: 3 jobs have to run at once: expected -j 3 or more"));
  CHECK(few.exit_code() == 2);
}

TEST_CASE("a record is the lines with one value") {
  test_space t;
  const std::string input = "a\t1\na\t2\nb\t3\nb\t4\nc\t5";
  const auto run = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"-k", "--pipe", "--group-by", "1"});
    options.emplace_back("echo job; cat");
    return t.weir(options, input).out;
  };
  CHECK(run({"-N1"}) == "job\na\t1\na\t2\njob\nb\t3\nb\t4\njob\nc\t5");
  CHECK(run({"-N2"}) == "job\na\t1\na\t2\nb\t3\nb\t4\njob\nc\t5");
  CHECK(run({"--block", "10"}) == "job\na\t1\na\t2\njob\nb\t3\nb\t4\nc\t5");
  CHECK(run({}) == "job\n" + input);
}

TEST_CASE("a block has a name that can be read again, and in a pipeline") {
  test_space t;
  const finished done =
      t.weir({"-k", "--pipe", "-N1", "--cat", "cat {}; echo x | cat {} -; wc -c"}, "a\nb\n");
  CHECK(done.out == "a\na\nx\n0\nb\nb\nx\n0\n");
  CHECK(t.weir({"-k", "--pipe", "-N1", "--cat", "wc", "-c"}, "a\n").out == "2 /dev/fd/3\n");
}

TEST_CASE("a block has a name that is a pipe") {
  test_space t;
  const std::string input = numbers(300'000);
  CHECK(t.weir({"-k", "--pipe", "--fifo", "cat", "{}"}, input).out == input);
}

TEST_CASE("parts of a file have a name, too, and are read again as they were") {
  test_space t;
  const std::string input = numbers(300'000);
  t.write("f", input);
  for (const char* const way : {"--cat", "--fifo"}) {
    const finished done = t.weir({"-k", "--retries", "2", "--pipepart", "-a", "f", way, "-q",
                                  "cat {} | tee p{#}-$WEIR_ATTEMPT; test $WEIR_ATTEMPT = 2"});
    CHECK(done.exit_code() == 0);
    CHECK(t.shell("cat $(ls p*-1 | sort -k1.2n)").out == input);
    CHECK(t.shell("cat $(ls p*-2 | sort -k1.2n); rm p*-?").out == input);
  }
}

TEST_CASE("an input that cannot be dealt out ends the jobs") {
  test_space t;
  const finished done =
      t.weir({"-j2", "--pipe", "--header", ":", "--shard", "z", "cat"}, "a,b\n1,2\n");
  CHECK_THAT(done.err, Contains("--shard: the header has no column \"z\""));
  CHECK(done.exit_code() == 2);
}

TEST_CASE("jobs that wait for each other are not held up one by one") {
  test_space t;
  for (const std::string way :
       {"--round-robin -k wc", "--shard 1 wc", "--bin 1 wc", "--tee wc ::: -l"})
    for (const std::string gate : {"--load 1", "--memfree 1K", "--memsuspend 1K", "--noswap",
                                   "--job-memory 1K", "--gate true"}) {
      INFO(way << ' ' << gate);
      const finished done = t.shell("seq 3 | $WEIR -j2 --pipe " + gate + ' ' + way);
      CHECK(done.exit_code() == 2);
      CHECK_THAT(done.err, Contains("all its jobs have to run at once, but " +
                                    gate.substr(0, gate.find(' '))));
    }
  for (const std::string way : {"--round-robin -k cat", "--shard 1 cat", "--tee cat ::: -"}) {
    INFO(way);
    const finished of_make = t.shell(
        "rm -f f; mkfifo f; exec 9<>f; MAKEFLAGS=' -j2 --jobserver-auth=fifo:f'; export MAKEFLAGS; "
        "seq 3 | $WEIR --pipe " +
        way);
    CHECK(of_make.exit_code() == 2);
    CHECK_THAT(of_make.err, Contains("all its jobs have to run at once, which make's jobserver"));
    // One job at a time: it gets all.
    const finished out_of_reach =
        t.shell("seq 3 | MAKEFLAGS=' -j4 --jobserver-auth=-2,-2' $WEIR --pipe " + way);
    CHECK(out_of_reach.out == "1\n2\n3\n");
  }
  // Whoever runs takes what there is.
  CHECK(t.shell("seq 3 | $WEIR -j2 --pipe --round-robin --job-memory 90% wc -l").out == "3\n");
}

TEST_CASE("what cannot go with a shared stream is refused") {
  const auto refusal = [](const std::vector<std::string>& arguments) {
    test_space t;
    std::vector<std::string> all{"--pipe"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const finished done = t.weir(all, "a\n");
    CHECK(done.exit_code() == 2);
    CHECK(done.out == "");
    return done.err;
  };
  CHECK_THAT(refusal({"--round-robin", "--tee", "cat"}), Contains("only one of them"));
  CHECK_THAT(refusal({"--cat", "--fifo", "cat"}), Contains("only one of them"));
  CHECK_THAT(refusal({"--round-robin", "--retries", "2", "cat"}), Contains("cannot be read again"));
  CHECK_THAT(refusal({"--round-robin", "--journal", "j", "cat"}), Contains("a journal"));
  CHECK_THAT(refusal({"--round-robin", "-j0", "cat"}), Contains("expected -j N"));
  CHECK_THAT(refusal({"--tee", "cat"}), Contains("::: ITEM"));
  CHECK_THAT(refusal({"--round-robin", "cat", ":::", "a"}), Contains("jobs get blocks"));
  CHECK_THAT(refusal({"--shard", "x", "cat"}), Contains("with --header : its name"));
  CHECK_THAT(refusal({"--shard", "3 $_%=100", "cat"}),
             Contains("Perl expressions are not supported"));
  CHECK_THAT(refusal({"--shard", "0", "cat"}), Contains("--shard"));
  CHECK_THAT(refusal({"--shard", "1/2", "cat"}), Contains("would be in one part"));
  CHECK_THAT(refusal({"--shard", "1", "-N2", "cat"}), Contains("only one of them"));
  CHECK_THAT(refusal({"--group-by", "1", "--recend", ",", "cat"}), Contains("only one of them"));
  CHECK_THAT(refusal({"--colsep", ",", "cat"}), Contains("needs --group-by"));
  test_space t;
  CHECK_THAT(t.weir({"--cat", "cat"}).err, Contains("--cat: needs --pipe"));
  CHECK_THAT(t.weir({"--pipepart", "-a", "f", "--round-robin", "cat"}).err,
             Contains("use --pipe -a FILE"));
}
