// --pipe: a stream dealt out in blocks.
#include "support/catch.hpp"
#include "support/test_space.hpp"

#include <sys/stat.h>

using namespace test;
using Catch::Contains;

TEST_CASE("blocks in order are the input again") {
  const std::string input = numbers(100'000);
  for (const char* const block : {"1000", "64K", "100K", "1M", "10M"}) {
    test_space t;
    INFO(block);
    const finished done = t.weir({"-k", "-j", "3", "--pipe", "--block", block, "cat"}, input);
    CHECK(done.out == input);
    CHECK(done.exit_code() == 0);
  }
}

TEST_CASE("a block larger than any pipe reaches the job whole") {
  test_space t;
  const finished done = t.shell(
      "head -c 5000000 /dev/zero | tr '\\0' 'x' | $WEIR --pipe --block 10M 'sleep 0; wc -c'");
  CHECK(done.out == "5000000\n");
  CHECK(done.exit_code() == 0);
}

TEST_CASE("jobs that do not read their blocks do not fail") {
  test_space t;
  const finished done =
      t.weir({"--pipe", "--block", "300K", "head -c 1 > /dev/null"}, numbers(200'000));
  CHECK(done.err == "");
  CHECK(done.exit_code() == 0);
}

TEST_CASE("a retry reads the same bytes") {
  test_space t;
  const std::string input = numbers(50'000);
  const finished done = t.weir({"-k", "--retries", "3", "--pipe", "--block", "200K", "-q",
                                "cat > {#}.$WEIR_ATTEMPT; test $WEIR_ATTEMPT = 3"},
                               input);
  CHECK(done.exit_code() == 0);
  for (const char* const attempt : {"1", "2", "3"})
    CHECK(t.read(std::string("1.") + attempt) + t.read(std::string("2.") + attempt) == input);
}

TEST_CASE("a run of blocks is resumed with the same input") {
  test_space t;
  const std::string input = numbers(9);
  const std::vector<std::string> command{
      "-k", "-j1", "--pipe", "-N", "3", "sh", "-c", "cat; test -e fine || exit $WEIR_SEQ"};
  std::vector<std::string> first{"--journal", "j", "--halt", "soon,fail=1"};
  first.insert(first.end(), command.begin(), command.end());
  CHECK(t.weir(first, input).out == "1\n2\n3\n");
  t.write("fine", "");
  std::vector<std::string> second{"--resume", "j"};
  second.insert(second.end(), command.begin(), command.end());
  CHECK(t.weir(second, input).out == "4\n5\n6\n7\n8\n9\n");
}

TEST_CASE("a record that is too long stops the run with its place") {
  test_space t;
  const finished done = t.weir({"--pipe", "--block", "4", "--max-line", "10", "-k", "cat"},
                               "a\nb\n" + std::string(40, 'c') + "\n");
  CHECK_THAT(done.err, Contains("stdin: the record at byte 4 does not end within 10 bytes"));
  CHECK(done.out == "a\nb\n");
  CHECK(done.exit_code() == 2);
}

TEST_CASE("a file that has no size, as in /proc, has no parts") {
  test_space t;
  const finished done = t.weir({"--pipepart", "-a", "/proc/self/status", "touch ran"}, "");
  CHECK_THAT(done.err, Contains("/proc/self/status: has no size"));
  CHECK(done.exit_code() == 2);
  CHECK_FALSE(t.exists("ran"));
}

TEST_CASE("nothing in, nothing runs") {
  test_space t;
  const finished done = t.weir({"--pipe", "echo job"}, "");
  CHECK(done.out == "");
  CHECK(done.exit_code() == 0);
}

TEST_CASE("a block of a file that is stdin can be read again, and stdin is read") {
  test_space t;
  t.write("f", numbers(6));
  const finished done =
      t.shell("{ read x; $WEIR -k -j1 --pipe --block 4 grep 5; cat; } < f 2> told; cat told");
  CHECK(done.out.substr(0, 2) == "5\n");
  CHECK_THAT(done.out, Contains("f | head -c ") && Contains("| grep 5"));
}

TEST_CASE("blocks of a file that is stdin are those of a pipe") {
  test_space t;
  t.write("f", numbers(1'000));
  for (const char* const options :
       {"--block 1000", "--block 77", "--header 3 --block 2K", "--recend '5\\n' --block 1K",
        "--recstart 7 --block 400", "--recend '' --block 1234"}) {
    const std::string run =
        "$WEIR -k -j2 --pipe " + std::string(options) + " 'echo job {#}; cksum'";
    INFO(options);
    const std::string of_pipe = t.shell("cat f | " + run).out;
    CHECK(of_pipe != "");
    CHECK(t.shell(run + " < f").out == of_pipe);
  }
}

TEST_CASE("a failed job says that its block is gone") {
  test_space t;
  const finished done = t.shell("echo abc | $WEIR --pipe false");
  CHECK_THAT(done.err, Contains(": '4 bytes of stdin' | false"));
  CHECK(done.exit_code() == 1);
}

TEST_CASE("who forgot the stream is told what is waited for") {
  test_space t;
  const finished none = t.shell("$WEIR --pipe cat < /dev/null");
  CHECK(none.exit_code() == 2);
  CHECK_THAT(none.err, Contains("found /dev/null: name a file with -a FILE; with -r"));
  CHECK(t.shell("$WEIR -r --pipe cat < /dev/null").exit_code() == 0);
  for (const std::string command : {"--pipe cat", "--pipe --tee cat ::: -"}) {
    const finished typed =
        t.shell("printf 'a\\n' | script -qec \"$WEIR " + command + "\" /dev/null");
    CHECK_THAT(typed.out, Contains("weir: reading records from the terminal; Ctrl-D ends them"));
  }
}

TEST_CASE("options of blocks are checked") {
  const auto refusal = [](const std::vector<std::string>& arguments) {
    test_space t;
    const finished done = t.weir(arguments, "a\n");
    CHECK(done.exit_code() == 2);
    CHECK(done.out == "");
    return done.err;
  };
  CHECK_THAT(refusal({"--block", "1M", "cat"}), Contains("--block: needs --pipe or --pipepart"));
  CHECK_THAT(refusal({"--rrs", "cat"}), Contains("--rrs: needs --pipe\n"));
  CHECK_THAT(refusal({"--round-robin", "cat"}), Contains("--round-robin: needs --pipe\n"));
  CHECK_THAT(refusal({"--pipe"}), Contains("--pipe: needs a COMMAND"));
  CHECK_THAT(refusal({"--pipe", "cat", ":::", "a"}), Contains("\":::\": cannot be combined"));
  CHECK_THAT(refusal({"--pipe", "cat", "{}"}), Contains("\"{}\": with --pipe there is no item"));
  CHECK_THAT(refusal({"--pipe", "-0", "cat"}), Contains("--pipe and -0"));
  CHECK_THAT(refusal({"--pipe", "--csv", "cat"}), Contains("--pipe and --csv"));
  CHECK_THAT(refusal({"--pipe", "--block", "0", "cat"}), Contains("--block: expected at least"));
  CHECK_THAT(refusal({"--pipe", "--block", "x", "cat"}), Contains("--block"));
  CHECK_THAT(refusal({"--pipe", "-a", "a", "-a", "b", "cat"}), Contains("-a: with --pipe"));
  CHECK_THAT(refusal({"--pipe", "--regexp", "--recend", "(", "cat"}), Contains("--recend: \"(\""));
  CHECK_THAT(refusal({"--pipe", "--header", "(", "cat"}), Contains("--header: \"(\""));
  CHECK_THAT(refusal({"--pipe", "--header", "#", "cat"}), Contains("does not begin with a header"));
  CHECK_THAT(refusal({"--header", "2", "cat"}), Contains("--header"));
  CHECK_THAT(refusal({"--pipe", "--file", "m.toml"}), Contains("--pipe: cannot be combined"));
}

TEST_CASE("parts of a file in order are the file") {
  const std::string text = numbers(300'000);
  for (const char* const block : {"20000", "64K", "300K", "1M", "10M", "-1", "-3"}) {
    test_space t;
    t.write("f", text);
    INFO(block);
    const finished done =
        t.weir({"-k", "-j", "3", "--pipepart", "-a", "f", "--block", block, "cat"});
    CHECK(done.out == text);
    CHECK(done.err == "");
    CHECK(done.exit_code() == 0);
  }
}

TEST_CASE("a part that runs again is of the same bytes") {
  test_space t;
  t.write("f", numbers(100'000));
  const std::vector<std::string> command{
      "-j2",
      "--pipepart",
      "-a",
      "f",
      "--block",
      "100K",
      "--header",
      "1",
      "sh",
      "-c",
      "cat > $WEIR_SEQ.$WEIR_ATTEMPT$RUN; test $WEIR_ATTEMPT = 2 || exit 1; test -n \"$RUN\""};
  std::vector<std::string> first{"--retries", "2", "--journal", "j"};
  first.insert(first.end(), command.begin(), command.end());
  CHECK(t.weir(first).exit_code() == 1);
  const std::string all = "--retries 2 --resume j --resume-failed";
  t.write("again", "export RUN=again; exec $WEIR " + all +
                       " -j2 --pipepart -a f --block 100K --header 1 sh -c '" + command.back() +
                       "'");
  CHECK(t.shell(". ./again").exit_code() == 0);
  for (int seq = 1; t.exists(std::to_string(seq) + ".1"); ++seq) {
    const std::string part = t.read(std::to_string(seq) + ".1");
    CHECK(part.substr(0, 2) == "1\n");
    for (const char* const other : {".2", ".1again", ".2again"})
      CHECK(t.read(std::to_string(seq) + other) == part);
  }
  CHECK(t.exists("6.2again"));
}

TEST_CASE("a failed part can be run alone") {
  test_space t;
  t.write("f", "h\n1\n2\n3\n");
  const finished done =
      t.weir({"--pipepart", "-a", "f", "--block", "3", "--header", "1", "-j1", "-k", "grep", "2"});
  CHECK(done.out == "2\n");
  CHECK_THAT(done.err, Contains("{ head -c 2 f; tail -c +7 f | head -c 2; } | grep 2"));
}

TEST_CASE("a file that gets shorter under its parts is no success") {
  test_space t;
  t.write("f", numbers(300'000));
  const finished done = t.weir({"--pipepart", "-a", "f", "--block", "-1", "-j1", "sh", "-c",
                                "head -c 9 > /dev/null; : > f; cat > /dev/null"});
  CHECK_THAT(done.err, Contains("f: has become shorter"));
  CHECK(done.exit_code() == 3);
}

TEST_CASE("a file that gets shorter while it is read is no success") {
  // JOB cuts it, the first time.
  const std::string line = GENERATE("--pipe --block 1k -a f JOB", "--pipe --block 1k -N5 -a f JOB",
                                    "--pipe --block 1k JOB < f", "--pipepart --block 1k -a f JOB",
                                    "--pipepart --cat --block 1k -a f JOB", "-a f JOB",
                                    "JOB :::: f", "JOB < f", "--as xargs -n1 -a f sh -c JOB");
  const std::string how = GENERATE(": > f", "head -c 150000 f > g; cat g > f");
  CAPTURE(line, how);
  test_space t;
  // More than is read ahead while the first job has not cut it yet, in few lines.
  std::string text;
  for (int i = 0; i < 100; ++i) text += std::string(100000, 'a') + '\n';
  t.write("f", text);
  const std::string job = "'[ -e cut ] || { touch cut; " + how + "; }; cat > /dev/null; :'";
  std::string command = line;
  command.replace(command.find("JOB"), 3, job);
  const bool is_xargs = line.starts_with("--as");
  const finished done = t.shell("$WEIR " + std::string(is_xargs ? "" : "-j1 ") + command);
  CHECK(done.exit_code() == (is_xargs ? 1 : 3));
  CHECK_THAT(done.err, Contains("has become shorter"));
}

TEST_CASE("a file that was read as a whole may get shorter") {
  test_space t;
  t.write("f", "a\nb\n");
  CHECK(t.weir({"-j1", "-a", "f", ": > f; echo {}"}).exit_code() == 0);
  t.write("f", "a\nb\n");
  CHECK(t.weir({"-j1", "--pipe", "-N1", "-a", "f", ": > f; cat"}).exit_code() == 0);
}

TEST_CASE("results of blocks are called by the numbers of their jobs") {
  const std::string how = GENERATE("--pipe", "--pipe --cat", "--pipepart", "--pipe --round-robin");
  CAPTURE(how);
  test_space t;
  t.write("f", "1\n2\n3\n");
  CHECK(t.shell("$WEIR -j2 " + how + " --block 2 -a f --results out 'wc -l'").exit_code() == 0);
  CHECK(t.exists("out/1/stdout"));
  CHECK(t.exists("out/2/stdout"));
}

TEST_CASE("options of parts are checked") {
  const auto refusal = [](const std::vector<std::string>& arguments) {
    test_space t;
    t.write("f", "a\n");
    REQUIRE(::mkfifo(t.path("fifo").c_str(), 0600) == 0);
    const finished done = t.weir(arguments, "a\n");
    CHECK(done.exit_code() == 2);
    return done.err;
  };
  CHECK_THAT(refusal({"--pipepart", "cat"}), Contains("--pipepart: needs -a FILE"));
  CHECK_THAT(refusal({"--pipepart", "-a", "-", "cat"}), Contains("--pipepart: needs -a FILE"));
  CHECK_THAT(refusal({"--pipepart", "-a", "f", "-N2", "cat"}), Contains("-N: cannot be combined"));
  CHECK_THAT(refusal({"--pipepart", "-a", "f", "-j0", "cat"}),
             Contains("--block: the number of slots is not known with -j0"));
  CHECK_THAT(refusal({"--pipepart", "-a", ".", "cat"}), Contains(".: cannot be read"));
  CHECK_THAT(refusal({"--pipepart", "-a", "g", "cat"}), Contains("g: cannot be read"));
  CHECK_THAT(refusal({"--pipepart", "--pipe", "-a", "f", "cat"}), Contains("only one of them"));
  for (const char* const stream : {"/dev/zero", "fifo"})
    CHECK_THAT(refusal({"--pipepart", "-a", stream, "cat"}), Contains("is not a seekable file"));
}

TEST_CASE("a manifest splits a file") {
  test_space t;
  std::string text = "h\n";
  for (int i = 0; i < 1000; ++i) text += std::to_string(i) + '\n';
  t.write("big.csv", text);
  t.write("jobs.toml",
          "version = 1\n[[job]]\nname = \"count\"\nrun = \"cat > out.{block}; test -z "
          "\\\"$FAILS\\\"\"\n"
          "stdin = { split = \"big.csv\", block = \"1K\", header = 1 }\n"
          "[[job]]\nname = \"sum\"\nneeds = [\"count\"]\n"
          "run = \"for i in 1 2 3 4; do sed 1d out.$i; done > all\"\n");
  CHECK(t.weir({"--file", "jobs.toml", "-q"}).exit_code() == 0);
  CHECK("h\n" + t.read("all") == text);
  CHECK(t.read("out.4").substr(0, 2) == "h\n");
  CHECK_THAT(t.weir({"--file", "jobs.toml", "--check"}).out, Contains("bytes at 2 of "));
  // What failed is run again as it is told to be.
  const finished failed =
      t.shell("cp big.csv before; FAILS=1 $WEIR --file jobs.toml --only 'count (2)'");
  CHECK(failed.exit_code() == 1);
  CHECK_THAT(failed.err, Contains("weir --file=jobs.toml --only='count (2)'"));
}

TEST_CASE("a manifest that splits no file there is refused before a job starts") {
  test_space t;
  t.write("jobs.toml",
          "version = 1\n[[job]]\nrun = \"touch ran\"\n[[job]]\nrun = \"cat\"\n"
          "stdin = { split = \"none.csv\" }\n");
  const finished done = t.weir({"--file", "jobs.toml"});
  CHECK(done.exit_code() == 2);
  CHECK_THAT(done.err, Contains("jobs.toml:6:19: stdin.split: ") &&
                           Contains("/none.csv: cannot be read: No such"));
  CHECK_FALSE(t.exists("ran"));
}

TEST_CASE("an empty file is one block of a manifest") {
  test_space t;
  t.write("f", "");
  t.write("jobs.toml", "version = 1\n[[job]]\nrun = \"wc -c\"\nstdin = { split = \"f\" }\n");
  CHECK(t.weir({"--file", "jobs.toml"}).out == "0\n");
}

TEST_CASE("parts are found from the directory that jobs run in") {
  test_space t;
  t.write("f", "1\n2\n3\n");
  t.shell("mkdir d");
  const finished done =
      t.weir({"--wd", "d", "--pipepart", "-a", "f", "--block", "2", "-j1", "-k", "grep", "2"});
  CHECK(done.out == "2\n");
  CHECK(t.shell(": > line; $WEIR --wd d --pipepart -a f --block 2 -j1 -k grep 2 2>&1 >/dev/null | "
                "sed -n 's/.*\\(cd .*\\)/\\1/p' | sed 1q > line; test -s line && . ./line")
            .exit_code() == 1);
}

TEST_CASE("blocks are tagged with the number of their job, having no item") {
  test_space t;
  CHECK(t.shell("printf 'a\\nb\\n' | $WEIR -k --pipe -N1 --tag cat").out == "1\ta\n2\tb\n");
  t.write("f", "a\n");
  CHECK(t.shell("$WEIR --pipepart -a f --tag cat").out == "1\ta\n");
  CHECK(t.shell("echo a | $WEIR --pipe --cat --tag cat {}").out == "1\ta\n");
  CHECK(t.shell("echo a | $WEIR -j1 --pipe --round-robin --tag cat").out == "1\ta\n");
  CHECK(t.shell("echo a | $WEIR -k --pipe --tee --tag 'cat; : {}' ::: x y").out == "x\ta\ny\ta\n");
  CHECK(t.shell("echo a | $WEIR --pipe --tagstring b{#} cat").out == "b1\ta\n");
  CHECK(t.shell("echo a | $WEIR --as parallel --pipe --tag cat").out == "\ta\n");
}
