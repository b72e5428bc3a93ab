// GNU parallel's command line, and what weir's own is made of it.
#include "support/catch.hpp"

#include <weir/error.hpp>

#include "dialects/parallel.hpp"

using namespace weir;
using Catch::Contains;

namespace {

const parallel_surroundings around{"/bin/bash", "", {"f"}};

/// The words, with what every command line has left out: -r, and -d '\n'.
std::string read(const std::vector<std::string>& words, const parallel_surroundings& in = around) {
  std::string text;
  std::vector<std::string> made = read_parallel(words, in).words;
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (made[i] == "-r") continue;
    if (made[i] == "-d" && made[i + 1] == "\\n") {
      ++i;
      continue;
    }
    text += (text.empty() ? "" : " ") +
            (made[i].find(' ') == std::string::npos ? made[i] : '<' + made[i] + '>');
  }
  return text;
}

std::string refusal(const std::vector<std::string>& words) {
  try {
    return "taken: " + read(words);
  } catch (const usage_error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("words are joined and are a script for the user's shell") {
  CHECK(read({"cmd", "a  b", "{}", ":::", "1"}) == "-- <cmd a  b {}> ::: 1");
  CHECK(read({"cmd {} | wc", ":::", "1"}) == "--shell /bin/bash -- <cmd {} | wc> ::: 1");
  CHECK(read({"cmd", "a;b"}) == "--shell /bin/bash -- <cmd a;b>");
  CHECK(read({"X=1", "cmd"}) == "--shell /bin/bash -- <X=1 cmd>");
  CHECK(read({"exit", "{}"}) == "--shell /bin/bash -- <exit {}>");
  CHECK(read({}) == "--shell /bin/bash --");
}

TEST_CASE("a function of bash is run by the shell") {
  CHECK(read({"f", "x"}) == "--shell /bin/bash -- <f x>");
  CHECK(read({"g", "x"}) == "-- <g x>");
}

TEST_CASE("with -q the words are quoted") {
  CHECK(read({"-q", "perl", "-ne", "/^\\S+$/ and print", ":::", "a"}) ==
        "--shell /bin/bash -- <perl -ne '/^\\S+$/ and print'> ::: a");
}

TEST_CASE("replacement strings may have other names") {
  CHECK(read({"-I", ",,", "cmd", ",,", ":::", "a"}) == "-I ,, -- <cmd ,,> ::: a");
  CHECK(read({"-i@", "cmd", "@@"}) == "-i@ -- <cmd @@>");
  CHECK(read({"--er", ",.", "--bnr", ",/", "--dnr", ",,", "--bner", ",!", "--seqreplace", "+s",
              "--slotreplace", "+t", "cmd", ",.", ",/", ",,", ",!", "+s", "+t"}) ==
        "-- <cmd {.} {/} {//} {/.} {#} {%}>");
}

TEST_CASE("files of -a are sources before the others") {
  CHECK(read({"-a", "x", "-a", "-", "cmd"}) == "-- cmd :::: x :::: -");
  CHECK(read({"-a", "x", "cmd", ":::", "1"}) == "-- cmd :::: x ::: 1");
}

TEST_CASE("sources may be parted by other signs") {
  CHECK(read({"--arg-sep", ",,", "--arg-file-sep", "//", "cmd", ":::", ",,", "A", "//", "f", ",,+",
              "B"}) == "-- <cmd :::> ::: A :::: f :::+ B");
}

TEST_CASE("linked sources are told to weir as they are") {
  CHECK(read({"--link", "cmd", ":::", "A", "B", "C", ":::", "1", "2"}) ==
        "--link -- cmd ::: A B C ::: 1 2");
  CHECK(read({"--xapply", "-a", "x", "-a", "y", "cmd"}) == "--link -- cmd :::: x :::: y");
}

TEST_CASE("option -E goes on to weir as it is") {
  CHECK(read({"-E", "stop", "cmd", ":::", "A", "B", "stop", "C"}) ==
        "-E stop -- cmd ::: A B stop C");
}

TEST_CASE("option -n, -N, -L and -l are one thing, and -N0 fills nothing in") {
  CHECK(read({"-n3", "cmd"}) == "-n 3 -- cmd");
  CHECK(read({"-N", "3", "cmd"}) == "-n 3 -- cmd");
  CHECK(read({"-L2", "cmd"}) == "-n 2 -- cmd");
  CHECK(read({"-l", "cmd"}) == "-- cmd");
  CHECK(read_parallel(std::vector<std::string>{"-N0", "cmd"}, around).fills_none);
}

TEST_CASE("options that weir has are handed on under its names") {
  CHECK(read({"-k", "-j+2", "--jl", "log", "--lb", "--tag", "--delay", "2", "cmd"}) ==
        "-j +2 --line-buffer --tag --delay 2 -k --joblog log -- cmd");
  CHECK(read({"--load", "80%", "--memfree", "1G", "--memsuspend", "2G", "--limit", "a b", "cmd"}) ==
        "--load 80% --memfree 1G --memsuspend 2G --gate <sh -c 'a b' || exit 1> -- cmd");
  CHECK(read({"-C", "\t", "--header", ":", "cmd"}) == "--colsep \t --header : --trim lr -- cmd");
  CHECK(read({"--will-cite", "--gnu", "--no-notice", "--silent", "cmd"}) == "-- cmd");
}

TEST_CASE("of -k and --no-keep-order the last one counts") {
  const parallel_surroundings keeping{"/bin/bash", "-k", {}};
  CHECK(read({"cmd"}, keeping) == "-k -- cmd");
  CHECK(read({"--no-keep-order", "cmd"}, keeping) == "-- cmd");
  CHECK(read({"--no-keep-order", "-k", "cmd"}, keeping) == "-k -- cmd");
}

TEST_CASE("options in PARALLEL come first, unless --plain says no") {
  const parallel_surroundings set{"/bin/bash", "-j2 --tagstring 'a b'", {}};
  CHECK(read({"cmd"}, set) == "-j 2 --tagstring <a b> -- cmd");
  CHECK(read({"--plain", "cmd"}, set) == "-- cmd");
}

TEST_CASE("how many CPUs there are may be said, or what counts as one") {
  const auto machine = [](const std::vector<std::string>& words) {
    return read_parallel(words, around).machine;
  };
  CHECK(machine({"-S", "4/:", "cmd"}).cpus == 4);
  CHECK(machine({"-S", ":", "cmd"}).cpus == 0);
  CHECK(machine({"--use-cpus-instead-of-cores", "cmd"}).counted == "--number-of-cores");
  CHECK(machine({"--use-sockets-instead-of-threads", "cmd"}).counted == "--number-of-sockets");
  CHECK_THAT(refusal({"-S", "0/:", "cmd"}), Contains("-S: \"0\" is not"));
}

TEST_CASE("hosts become places, and what is copied there goes with them") {
  CHECK(read({"-S", "a, 2/u@b", "--sshlogin", ":,8/:", "cmd"}) ==
        "--on ssh:a --on ssh:u@b/2 --on local --on local/8 -- cmd");
  CHECK(read({"-S", "a", "--trc", "{.}.o", "--bf", "lib", "--ssh", "ssh -p 2", "cmd"}) ==
        "--on ssh:a --send {} --return {.}.o --cleanup --send-once lib --ssh <ssh -p 2> -- cmd");
  CHECK(read({"-S", "a", "--transfer", "--tf", "x", "--return", "y", "--cleanup", "-M", "cmd"}) ==
        "--on ssh:a --send {} --send x --return y --cleanup -- cmd");
  // Here they are where they are.
  CHECK(read({"-S", ":", "--trc", "x", "cmd"}) == "-- cmd");
  CHECK(read({"--transfer", "--return", "x", "cmd"}) == "-- cmd");
  parallel_surroundings reads = around;
  reads.profile = [](const std::string& option, const std::string& name) {
    return option == "--slf" && name == "./hosts" ? "2/x\n\n y \n" : "";
  };
  CHECK(read({"--slf", "hosts", "cmd"}, reads) == "--on ssh:x/2 --on ssh:y -- cmd");
  CHECK_THROWS_WITH(read({"--slf", "none", "cmd"}, reads),
                    "--slf: none: there is no such file, or no host in it");
  CHECK(refusal({"-S", "@g/a", "cmd"}) == "-S: \"@g/a\": groups of hosts are not supported");
  CHECK(refusal({"-S", "ssh a", "cmd"}) ==
        "-S: \"ssh a\": expected HOST or N/HOST; options of ssh go into --ssh");
}

TEST_CASE("an option that is not here is answered with what to write") {
  CHECK(refusal({"--pipe", "--block-timeout", "1", "wc"}) ==
        "--block-timeout: use -N: a block is passed on as soon as it is complete");
  CHECK(read({"--round-robin", "wc"}) == "--pipe --round-robin -- wc");
  CHECK(refusal({"--bogus"}) == "--bogus: unknown option");
  for (const char* const own : {"mem 1", "load 100", "io 10", "io"})
    CHECK_THAT(refusal({"--limit", own, "cmd"}), Contains("expected a command"));
}
