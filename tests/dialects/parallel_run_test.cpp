// GNU parallel's command lines.
#include <regex>

#include "beside_parallel.hpp"

#include "dialects/parallel.hpp"

using namespace test;
using Catch::Contains;

TEST_CASE("every option of GNU parallel's page is in the table") {
  if (!is_gnu()) return;
  test_space t;
  const std::string page = t.shell("MANWIDTH=100 man -P cat parallel 2>/dev/null | col -b").out;
  if (page.empty()) return;  // the page is not installed
  const std::regex option("^ {7}(--?[A-Za-z0-9_-]+).*");
  int found = 0;
  for (const std::string& line : lines(page)) {
    std::smatch match;
    if (line.find("       -1") == 0 || line.find("       -2") == 0 ||
        line.find("       --pipe starts") == 0 || !std::regex_match(line, match, option))
      continue;
    std::string name = match[1];
    if (name[1] != '-') name.resize(2);
    ++found;
    INFO(line);
    bool known = false;
    for (const auto& row : weir::parallel_options()) known = known || row.is_called(name);
    CHECK(known);
  }
  CHECK(found > 150);
}

TEST_CASE("command lines mean the same") {
  for (const char* const arguments : {"echo ::: A B C",
                                      "-a abc echo",
                                      "-a abc -a def echo",
                                      "echo ::: A B C ::: D E F",
                                      "echo ::: A B C :::: def",
                                      "--link echo ::: A B C ::: D E F",
                                      "--link echo ::: A B C D E ::: F G",
                                      "echo :::: abc :::+ G H I :::: def",
                                      "echo ::: A B C D E :::+ F G",
                                      "--arg-sep ,, echo ,, A B C :::: def",
                                      "-E stop echo ::: A B stop C D",
                                      "::: 'echo x' 'echo y | tr y z'",
                                      "echo {} ::: A/B.C",
                                      "echo {.} {/} {//} {/.} {#} {%} ::: A/B.C",
                                      "-I ,, echo ,, ::: A/B.C",
                                      "--er ,, echo ,, ::: A/B.C",
                                      "echo {1} and {2} ::: A B ::: C D",
                                      "echo '{1/} {2//} {1/.} {2.}' ::: A/B.C ::: D/E.F",
                                      "echo {-1} {-2} ::: A B ::: C D",
                                      "-N3 echo ::: A B C D E F G H",
                                      "-N3 echo '1={1} 2={2} 3={3}' ::: A B C D E F G H",
                                      "-N0 echo foo ::: 1 2 3",
                                      "-q echo 'a  b' '$HOME' {} ::: 'x;y'",
                                      "echo 'a  b' ::: 1",
                                      "'echo {} | tr a-z A-Z' ::: abc 'it'\\''s'",
                                      "echo '\"{}\"' ::: 'plain'",
                                      "--tag echo foo-{} ::: A B C",
                                      "--tagstring {}-bar echo foo-{} ::: A B",
                                      "--colsep , echo '{2} {1}' ::: a,b c,d",
                                      "--header : echo 'x={x} y={y}' ::: x 1 2 ::: y 3 4",
                                      "echo {}{} ::: 'a b' '$x' '`y`' '*'",
                                      "'X={}; echo $X' ::: 'a b'",
                                      "cd / '&&' pwd ::: 1"})
    same(std::string("\"$@\" -k ") + arguments);
}

TEST_CASE("input is read the same") {
  same("cat abc | \"$@\" -k echo");
  same("cat abc | \"$@\" -k -a - -a def echo");
  same("cat abc | \"$@\" -k echo :::: - def");
  same("printf 'A_B_C_' | \"$@\" -k -d _ echo");
  same("printf 'A\\0B C\\0' | \"$@\" -k -0 echo '<{}>'");
  same("printf '1\\n\\n2\\n' | \"$@\" -k echo '<{}>'");
  same("printf '1\\n\\n2\\n' | \"$@\" -k -r echo '<{}>'");
  same("\"$@\" echo < /dev/null");
  same("printf 'echo 1\\necho 2 | cat\\n' | \"$@\" -k");
}

TEST_CASE("options are taken as GNU parallel takes them") {
  for (const char* const arguments :
       {"-l 2 echo :::: abc", "--max-lines 2 echo :::: abc", "-l echo :::: abc",
        "-i ,, echo ,, ::: a", "-i,, echo ,, ::: a", "-e B echo :::: abc", "--eof B echo :::: abc",
        "--maxargs 2 echo :::: abc", "--argfile abc echo", "--pipe --blocksize 2 -a abc cat < abc",
        "--tag-string {}x echo ::: a", "--nokeeporder -j1 echo ::: 1 2",
        "--maxprocs 1 --keeporder echo ::: 1 2"})
    same(std::string("\"$@\" -k ") + arguments);
}

TEST_CASE("sources are linked, also when they are files, and the first") {
  for (const char* const arguments :
       {"--link echo :::: abc def", "--link -a abc -a def echo", "echo ::::+ abc def",
        "echo :::+ 1 2 ::: 3 4", "echo :::: abc ::::+ def abc"})
    same(std::string("\"$@\" -k ") + arguments);
}

TEST_CASE("command lines are shown as GNU parallel shows them") {
  for (const char* const arguments :
       {"echo {} ::: 'a b' \"c'd\" x:y ''", "'echo {.}; echo {/} {#} | cat' ::: 'a b' 'd/x.c'",
        "-n2 'echo {1}-{2}' ::: a 'b c' d", "-n2 echo ::: a 'b c' d",
        "--tag 'echo {} | cat' ::: 'a b'", "::: 'echo x;  echo y' 'echo  z'",
        "-j1 --lb echo ::: 1 2"}) {
    same(std::string("\"$@\" -k --dry-run ") + arguments);
    same(std::string("\"$@\" -k -v ") + arguments);
    same(std::string("\"$@\" -k -j1 -t ") + arguments + " 2>&1 >/dev/null");
  }
  same("\"$@\" -v -j1 -u echo ::: 1 2 | sort");
}

TEST_CASE("quotes around an item are shown as the job gets it") {
  test_space t;
  t.write("items", "a\"b\n$x\n");
  const finished run =
      t.shell("SHELL=/bin/bash $WEIR --as parallel -k -v -a items 'echo \"{}\" \"{}\" | cat'");
  CHECK(run.out ==
        "echo \"\"'a\"b'\"\" \"\"'a\"b'\"\" | cat\na\"b a\"b\n"
        "echo \"\"'$x'\"\" \"\"'$x'\"\" | cat\n$x $x\n");
}

TEST_CASE("jobs know how many there are, and can be left out") {
  for (const char* const arguments :
       {"echo Job {#} of {= '$_=total_jobs()' =} ::: 1 2 3", "--plus echo {0#}/{##} ::: $(seq 12)",
        "--plus --tagstring {##} -N2 echo {} ::: 1 2 3",
        "echo {= 'if($_==3) { skip() }' =} ::: 1 2 3 4 5"})
    same(std::string("\"$@\" -k ") + arguments);
  for (const char* const arguments :
       {"{#} {choose_k} ::: A B C ::: A B C", "2{2choose_k} 1{1choose_k} ::: A B C D ::: A B C D",
        "{#} {uniq} ::: A B C ::: A B C ::: A B C",
        "{= 'if($arg[1]==$arg[2]) { skip() }' =} ::: 1 2 3 ::: 1 2 3"})
    same(std::string("\"$@\" -k --plus echo ") + arguments);
  for (const char* const arguments :
       {"echo {= '$_ eq \"b\" and skip()' =} ::: a b c", "echo {= 'skip() if /b/' =} ::: a b c",
        "'echo $(echo {= $_ = total_jobs =}) {= $_ == 2 or skip() =}' ::: 1 2 3",
        "echo {= 's/x/total_jobs()/e' =} ::: x", "echo {= 'if(/(.)$/) { $_ = $1 }' =} ::: ab c",
        "--header : 'echo {=x $_=total_jobs() =} {=x skip() if $_ == 1 =}' ::: x 1 2"})
    same(std::string("\"$@\" -k ") + arguments);
  same("seq 5 | \"$@\" -k --plus echo {#}/{##} {}");
  for (const char* const words :
       {"{host}", "x{hgrp}y {}", "{sshlogin}:{}", "{agrp}", "-N2 {host} {}", "-N2 {first} {}"})
    same(std::string("\"$@\" -k --plus --rpl '{first} 1 s/a/b/' echo ") + words +
         " ::: a 'b c' aa d");
  same("(echo a; seq 5) | \"$@\" -k --header : --plus echo {#}/{##} {a}");
  test_space t;
  for (const char* const rest :
       {"-X echo {##} ::: 1 2 3", "--pipe 'cat; echo {##}'", "--pipepart -a f 'wc; echo {uniq}'"}) {
    const finished done =
        t.shell("seq 3 > f; $WEIR --as parallel --plus " + std::string(rest) + " < f");
    CHECK(done.exit_code() == 255);
    CHECK_THAT(done.err, Contains("not known") || Contains("no item to fill in"));
    CHECK(done.out == "");
  }
}

TEST_CASE("what is left out has failed, for the exit status alone") {
  same("\"$@\" -k -n2 'echo {= skip() =} {}; exit 1' ::: 1 2 3 4 5");
  same("\"$@\" -k {= 'if($_<3) { skip() }' =} exit ::: 1 2 3 0");
  same("\"$@\" -k echo {= 'if($_==3) { skip() }' =} ::: $(seq 4)");
  test_space t;
  const std::string run = "$WEIR --as parallel -k --joblog log echo {= 'if($_==1) { skip() }' =}";
  CHECK(t.shell(run + " ::: 1 2").exit_code() == 1);
  CHECK(lines(t.read("log")).size() == 2);
}

TEST_CASE("the machine's processors are counted") {
  for (const char* const what : {"cpus", "cores", "sockets", "threads"})
    CHECK(std::stoi(
              test_space().shell("$WEIR --as parallel --number-of-" + std::string(what)).out) > 0);
}

TEST_CASE("as many items go into a job as fit") {
  same("seq 30000 | \"$@\" -k -j1 --xargs echo");
  same("seq 30000 | \"$@\" -k -j4 -m echo");
  same("seq 70000 | \"$@\" -k -j3 -X echo a{}b | wc");
  same("\"$@\" --max-line-length-allowed");
  same("seq 30000 | \"$@\" -k -j1 --xargs -s 10000 echo");
  same("seq 3000 | \"$@\" -k -j1 --xargs -s 1000 'echo {} | cat'");
  same("seq 30000 | \"$@\" -j4 -m -s 10000 echo | wc -l");
  for (const char* const arguments : {"-X -s 1k", "-X -s 1Ki", "-N 1K", "-n .5k", "-L 1k"})
    same(std::string("seq 3000 | \"$@\" -k -j1 ") + arguments + " echo");
  for (const char* const arguments :
       {"-j4 -m echo", "-j2 -X echo a{}b {.}", "-j2 --xargs -n3 echo", "-j3 -X echo {1} {2} x",
        "-j2 -X 'echo {} | cat'", "-j1 -s 20 --xargs echo", "-s 20 echo", "-j2 -m 'echo x{}'"})
    same(std::string("seq 10 | \"$@\" -k ") + arguments);
  same("\"$@\" -k -X -j2 echo {#} {} ::: a b c d ::: 1 2");
}

TEST_CASE("an order by chance can be had again, and is not gone on with by number") {
  test_space t;
  const finished first = t.shell("$WEIR --as parallel -k --shuf echo ::: $(seq 100)");
  const std::string told = "parallel: shuffled; to repeat this order, use --shuf-seed ";
  REQUIRE(first.err.starts_with(told));
  const std::string seed = first.err.substr(told.size());
  CHECK(t.shell("$WEIR --as parallel -k --shuf-seed " + seed.substr(0, seed.find('\n')) +
                " echo ::: $(seq 100)")
            .out == first.out);
  const finished resumed = t.shell("$WEIR --as parallel --shuf --joblog l --resume echo ::: 1 2");
  CHECK(resumed.exit_code() == 255);
  CHECK_THAT(resumed.err, Contains("--shuf-seed N"));
}

TEST_CASE("an error after the input was opened has GNU parallel's status") {
  same("\"$@\" -a nowhere echo 2>/dev/null");
}

TEST_CASE("the exit status counts what failed") {
  same("\"$@\" true ::: 1 2");
  same("\"$@\" 'exit {}' ::: 0 1 2 0");
  same("\"$@\" 'kill -9 $$ {}' ::: 0 1 2 0");
  same("seq 100 | \"$@\" false");
  same("seq 105 | \"$@\" false");
  same("\"$@\" --bogus > usage");
  same("\"$@\" -j1 --halt now,fail=1 'echo {}; exit {}' ::: 0 3 5");
  same("\"$@\" -j1 --halt soon,fail=1 'kill -9 $$; {}' ::: 2 0 5");
  same("\"$@\" -j1 --halt now,success=1 'exit {}' ::: 2 0 5");
  same("\"$@\" -j1 --halt 2 'exit {}' ::: 0 7 5");
  for (const char* const when : {"0",
                                 "1",
                                 "2",
                                 "-1",
                                 "-2",
                                 "20%",
                                 "1%",
                                 "99%",
                                 "never",
                                 "soon,fail=2",
                                 "now,fail=2",
                                 "now,fail=3",
                                 "now,fail=9",
                                 "now,fail=1%",
                                 "now,fail=50%",
                                 "soon,fail=100%",
                                 "soon,success=2",
                                 "now,success=9",
                                 "now,success=90%",
                                 "now,done=1",
                                 "soon,done=3",
                                 "soon,done=1%",
                                 "3",
                                 "fail=1",
                                 "now,fail"})
    same(std::string("\"$@\" -j1 --halt ") + when + " 'echo {}; exit {}' ::: 0 3 4 0 5 0 0");
  same("seq 200 | \"$@\" -j4 --halt now,fail=199 false");
  same("seq 20 | \"$@\" -j1 --halt 10% false");
}

TEST_CASE("with --halt soon, jobs that still run do not change the exit status") {
  // Each of them ends once the one before it has been waited for.
  const std::string job =
      R"(echo 'echo $$ > n$1; mv n$1 pid$1; p=pid$(($1 - 1)); test $1 = 1 || {
             until test -e $p; do sleep 0.01; done
             while kill -0 $(cat $p) 2> /dev/null; do sleep 0.01; done; }; exit $2' > job; )";
  for (const char* const when : {"fail=1", "fail=2", "fail=25%", "fail=50%", "done=1", "done=2",
                                 "done=50%", "success=1", "success=50%"})
    for (const char* const statuses : {"9 0 8 7", "0 9 8 7"})
      same(job + "\"$@\" -j4 --halt soon," + when + " 'exec sh job {1} {2}' ::: 1 2 3 4 :::+ " +
           statuses);
}

TEST_CASE("functions of bash that are exported can be called") {
  same("exec bash -c 'f() { echo in f $1; }; export -f f; exec \"$@\" -k f ::: 1 2' bash \"$@\"");
}

TEST_CASE("options may stand in PARALLEL") {
  same("PARALLEL='-k --tag' \"$@\" echo ::: 1 2");
}

TEST_CASE("options may stand in files that --profile names") {
  const std::string files =
      "printf '# no option\n--tag\n  # -v\n' > .parallel/t; echo '-k --tagstring \"a b\"' > "
      ".parallel/k; mkdir -p c/parallel; echo -q > c/parallel/q; cp .parallel/t here; ";
  for (const char* const line :
       {"\"$@\" -J t -k echo ::: 1 2", "\"$@\" --profile t --profile k echo ::: 1 2",
        "\"$@\" -k -J ./here echo ::: 1 2", "\"$@\" -k -J $PWD/here echo ::: 1 2",
        "PARALLEL=--tag \"$@\" -J k echo ::: 1 2", "\"$@\" -k --plain -J t echo ::: 1 2",
        "XDG_CONFIG_HOME=$PWD/c \"$@\" -k -J q printf '%s|' ::: 'a  b'",
        "PARALLEL_HOME=$PWD/.parallel \"$@\" -J t -k echo ::: 1 2"})
    same(files + line);
  test_space t;
  const auto error = [&](const std::string& line) {
    const finished done =
        t.shell("HOME=$PWD; export HOME; mkdir -p d; echo \"'\" > quote; " + line);
    CHECK(done.exit_code() == 255);
    return done.err;
  };
  const finished missing = t.shell("$WEIR --as parallel -J none echo ::: 1");
  CHECK(missing.exit_code() == 0);
  CHECK(missing.out == "1\n");
  CHECK(missing.err == "parallel: -J: none: not found in ~/.parallel, nor as a path\n");
  CHECK(error("$WEIR --as parallel --profile ./d echo ::: 1") ==
        "parallel: --profile: ./d: Is a directory\n");
  CHECK(error("$WEIR --as parallel -J ./quote echo ::: 1") == "parallel: -J: unmatched quote\n");
  CHECK(error("PARALLEL='-J x' $WEIR --as parallel echo ::: 1") ==
        "parallel: -J: allowed only on the command line\n");
}

TEST_CASE("what is asked of captured output is without effect where none is captured") {
  for (const char* const options :
       {"-u --tag", "--tagstring x -u", "-k --ctag -u", "-u --tag --group -k"})
    same(std::string("\"$@\" -j1 ") + options + " echo ::: a b");
}

TEST_CASE("of a job that is tried again the output of the last try is shown") {
  const std::string job =
      "'echo x >> n{}; echo out $(grep -c x n{}); echo err >&2; test $(grep -c x n{}) -ge 3' ::: a "
      "b";
  for (const char* const options : {"-j1", "-k", "--tag -k", "-k -v"})
    same(std::string("\"$@\" --retries 3 ") + options + " " + job);
  same("\"$@\" -k --retries 2 " + job + " 2>&1");
  same("\"$@\" -j1 --lb --retries 3 " + job);
  same("\"$@\" -j1 -u --retries 3 " + job);
  same("\"$@\" -j1 --retries 2 'yes | head -c 300000; test {} = b' ::: a | wc -c");
}

TEST_CASE("what would compress files that wait is taken") {
  same("\"$@\" -k --compress echo ::: a b");
  same("\"$@\" -k --compress-program gzip --decompress-program zcat echo ::: a b");
}

TEST_CASE("this machine is called :, and what -j counts may be said") {
  for (const char* const options :
       {"-S :", "--sshlogin 2/:", "-S : -j2", "--use-cpus-instead-of-cores",
        "--use-cores-instead-of-threads", "--use-sockets-instead-of-threads"})
    same(std::string("\"$@\" -k ") + options + " echo {#} ::: a b c");
}

TEST_CASE("a link that is called parallel is parallel") {
  test_space t;
  const auto run = t.shell("ln -s $WEIR parallel; ./parallel -k echo {} '|' cat ::: 1 2");
  CHECK(run.out == "1\n2\n");
  CHECK_THAT(t.shell("./parallel --version").out, Contains("GNU parallel 20221122"));
}

TEST_CASE("weir called by bats joins the words, as bats counts on") {
  const auto run = [](const std::string& sign) {
    test_space t;
    t.write("bats-exec-file", "#!/bin/sh\nprintf '<%s>' \"$@\"\n");
    return t
        .shell(sign +
               "chmod +x bats-exec-file; PATH=$PWD:$PATH; echo 'my file.bats' | $WEIR --keep-order "
               "--jobs 2 -- bats-exec-file '-T --x\\ y ' '{#}' '{}' list")
        .out;
  };
  CHECK(run("unset BATS_ROOT; export BATS_ROOT_PID=1; ") == "<-T><--x y><1><my file.bats><list>");
  CHECK(run("unset BATS_ROOT BATS_ROOT_PID; ") == "<-T --x\\ y ><1><my file.bats><list>");
}

TEST_CASE("placeholders that change an item are those of GNU parallel") {
  for (const char* line :
       {"echo '{= s/a/b/ =}' ::: a xay", "echo 'x{= s/(.)(.)/$2$1/ =}y' ::: 'a b'",
        "echo {= '$_=uc($_)' =} ::: a", "echo '{=2 $_=$_*2 =} {1}' ::: a b ::: 1 2",
        "--plus echo {..} {+/} {+.} '{%x}' '{^a}' {:1:2} ::: a/b.c.x a '*'",
        "--rpl '.. s:\\.[^.]+$::' echo .. x..y ::: a.b",
        "--rpl '{%(.+?)} s/$$1$//' echo {%.gz} {1%.gz} ::: a.gz",
        "--parens ,,,, echo ',, s/a/b/ ,,' ::: a", "-I ,, echo ,, '{}' {.} ::: a.b",
        "-N2 echo '{= s/a/b/ =}' ::: a a2 a3", "--tagstring '{= s/a/b/ =}' echo ::: a"})
    same(std::string("\"$@\" -k ") + line);
}

TEST_CASE("options of input and of jobs do what they do in GNU parallel") {
  for (const char* line :
       {"--trim lr echo x-{}-y ::: ' a ' b", "--trim l echo x-{}-y ::: ' a '", "-E B echo < abc",
        "-E B echo ::: A B C", "--skip-first-line echo < abc",
        "--wd sub/dir 'pwd | sed s:.*/::;:' ::: 1", "--nice 3 'nice;:' ::: 1",
        "-j1 --process-slot-var V 'echo $V' ::: 1 2", "--tmpdir . 'echo $TMPDIR' ::: 1",
        "--noswap echo ::: 1", "--link echo ::: a b c ::: 1 2"})
    same(std::string("\"$@\" -k ") + line);
}
