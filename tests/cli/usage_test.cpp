#include <set>
#include <sstream>

#include "support/catch.hpp"
#include "support/refused.hpp"
#include "support/test_space.hpp"

using namespace test;

TEST_CASE("bad usage is refused with one clear message") {
  test_space t;
  refused(t, {"--keep-ordr"}, "--keep-ordr: unknown option; did you mean --keep-order?");
  refused(t, {"-Z"}, "-Z: unknown option");
  refused(t, {"--limit", "many"}, "--limit: \"many\"");
  refused(t, {"--limit"}, "--limit");
  refused(t, {"--resume", "--dry-run", "touch", "started", ":::", "x"},
          "--resume: expected FILE, found the option --dry-run; for a file of that name, write "
          "./--dry-run");
  refused(t, {"--report", "-k", "touch", "started", ":::", "x"},
          "--report: expected FILE, found the option -k");
  refused(t, {"--timeout", "5x"}, "--timeout: \"5x\"");
  refused(t, {"--delay", "300000d"}, "is not a valid duration: expected at most 292 years");
  refused(t, {"-j", "5000000"}, "expected a number of jobs up to 4194304");
  refused(t, {"--halt", "never,ever"}, "--halt: \"never,ever\"");
  refused(t, {"--retries", "-1"}, "--retries: \"-1\"");
  refused(t, {"--pending-limit", "99999999999999999999"}, "--pending-limit");
  refused(t, {"--delimiter", "ab"}, "--delimiter: \"ab\"");
  refused(t, {"--output", "loud"}, "--output: invalid value \"loud\"");
  refused(t, {"-u", "--tag"}, "--tag: raw output is not captured");
  refused(t, {"-u", "--group"}, "--group and -u: only one of them can be given");
  refused(t, {"-n", "0", "echo"}, "-n: \"0\"");
  refused(t, {"-n", "2"}, "-n: needs a COMMAND");
  refused(t, {"--max-args", "2", ":::", "touch", "started"}, "--max-args: needs a COMMAND");
  refused(t, {"-a", "no-such-file", "echo"}, "no-such-file: cannot be read: No such file");
  refused(t, {"-a", "/", "echo"}, "/: cannot be read: Is a directory");
  refused(t, {"echo", "::::", "-", "::::", "-"},
          "stdin can be read only once, but is named 2 times");
  refused(t, {"touch", "started", "::::"}, "\"::::\": needs a FILE after it");
  refused(t, {"touch", "started", ":::", "x", "::::+"}, "\"::::+\": needs a FILE after it");
  refused(t, {"--version", "touch"}, "--version: expected nothing after it, found touch");
  refused(t, {"-V", "touch"}, "-V: expected nothing after it, found touch");
  refused(t, {"--schema", "x"}, "--schema: expected nothing after it, found x");
  refused(t, {"--help", "x"}, "--help: expected nothing after it, found x");
  refused(t, {"--help-all", "x"}, "--help-all: expected nothing after it, found x");
}

TEST_CASE("a regular expression that is none is told as it was typed") {
  test_space t;
  const std::string ends = "\" is not a regular expression of RE2: ";
  for (const std::string option : {"--recstart", "--recend"}) {
    const auto told = t.weir({"--pipe", option, "(", "--regexp", "cat"}, "a\n");
    CHECK(told.exit_code() == 2);
    CHECK(told.err == "weir: " + option + ": \"(" + ends + "missing ): (\n");
  }
  CHECK(t.weir({"--pipe", "--recstart", "a)(?:b", "--regexp", "cat"}, "a\n").err ==
        "weir: --recstart: \"a)(?:b" + ends + "unexpected ): a)(?:b\n");
  CHECK(t.weir({"--pipe", "--header", "(", "cat"}, "a\n").err ==
        "weir: --header: \"(" + ends + "missing ): (\n");
  CHECK(t.weir({"--rpl", "{x([)]} s/a//", "echo", "{x)}"}, "a\n").err.find("(-?") ==
        std::string::npos);
}

TEST_CASE("bad input in the middle is told with what has run") {
  test_space t;
  const auto run = t.weir({"-k", "--csv", "-a", "-", "echo", "{1}"}, "a\nb\n\"c\n");
  CHECK(run.exit_code() == 2);
  CHECK(run.out == "a\nb\n");
  CHECK(lines(run.err).size() == 2);
  CHECK(run.err.find(": 2 succeeded; stopped by the error above\n") != std::string::npos);
  CHECK(lines(t.weir({"--csv", "-a", "-", "echo", "{1}"}, "\"c\n").err).size() == 1);
}

TEST_CASE("a command in the place of a forgotten FILE runs no item and makes no file") {
  test_space t;
  for (const char* option : {"--journal", "--resume", "--joblog", "--report", "--trace", "--junit",
                             "--results", "--durations"}) {
    refused(t, {option, "touch", ":::", "started"},
            std::string(option) + ": expected FILE, found the program touch");
    refused(t, {option, "touch", "-k", ":::", "started"}, "and no COMMAND after it");
    refused(t, {option, "touch {}", "::::", "stdin.1"}, "found the program touch {}");
    refused(t, {option, "touch"}, "and no COMMAND after it");
    for (const char* script :
         {"for i in 1 2; do x.sh {}; done", "X=1 sort {}", "! grep -q x. {}", "{ echo {}.x; }",
          "< {} sort > {}.out", "{}.sh", "./x {}", "(cd d; ls)"}) {
      refused(t, {option, script, ":::", "touch started"},
              std::string(option) + ": expected FILE, found the script " + script);
      CHECK_FALSE(t.exists(script));
    }
  }
  CHECK(t.weir({"--joblog", "a log", ":::", "true"}).exit_code() == 0);
  refused(t, {"--joblog", "log", "--resume", "touch", ":::", "started"},
          "GNU parallel's --joblog FILE --resume is --resume FILE here");
  refused(t, {"--tagstring", "touch", ":::", "started"}, "--tagstring: expected STR");
  t.write("job", "#!/bin/sh\n");
  CHECK(t.shell("chmod +x job; $WEIR --trace ./job ::: 'touch started'").exit_code() == 2);
  const auto function = t.shell("env 'BASH_FUNC_f%%=() { :; }' $WEIR --trace f ::: x");
  CHECK(function.exit_code() == 2);
  CHECK(function.err.find("found the program f") != std::string::npos);
  for (const char* name : {"touch", "touch {}", "log", "started", "f"}) CHECK_FALSE(t.exists(name));
  CHECK(t.read("job") == "#!/bin/sh\n");
}

TEST_CASE("a command in the place of --resume's FILE is told from a new journal") {
  test_space t;
  refused(t, {"--resume", "nice", "touch", ":::", "started"}, "--resume: expected FILE, found the");
  refused(t, {"--resume", "no-such-tool", "touch", ":::", "started"}, "which does not exist");
  refused(t, {"--resume", "./no-such-tool", "{}", ":::", "touch started"}, "which does not exist");
  refused(t, {"--joblog", "log", "--resume", "alias", ":::", "touch started"},
          "which does not exist");
  refused(t, {"--resume", ".", "touch", ":::", "started"},
          "--resume: expected FILE, found the directory .");
  refused(t, {"--joblog", ".", ":::", "touch started"},
          "--joblog: expected FILE, found the directory .");
  t.write("m.toml", "version = 1\n[[job]]\nname = \"a\"\nrun = \"touch started\"\n");
  refused(t, {"--file", "m.toml", "--resume", "a"}, "found a, which does not exist");
  for (const char* name : {"nice", "no-such-tool", "a", "log"}) CHECK_FALSE(t.exists(name));
  CHECK(t.weir({"--resume", "run.jsonl", "echo", ":::", "x"}).out == "x\n");
  CHECK(t.weir({"--resume=nice", "echo", ":::", "x"}).out == "x\n");
  CHECK(t.weir({"--resume", "nice", "echo", ":::", "x", "y"}).out == "y\n");
}

TEST_CASE("a FILE with a name of its own leaves the items to be command lines") {
  test_space t;
  CHECK(t.weir({"-k", "--joblog", "log", ":::", "echo a b", "echo c d"}).out == "a b\nc d\n");
  CHECK(t.weir({"--joblog=nice", ":::", "echo a b"}).out == "a b\n");
  CHECK(t.exists("nice"));
  CHECK(t.weir({"--joblog", "jobs"}, "echo a\n").out == "a\n");
}

TEST_CASE("a value that is missing, empty, or not wanted is told by the option as typed") {
  test_space t;
  refused(t, {"-j"}, "-j: needs a number N");
  refused(t, {"-a"}, "-a: needs a FILE");
  refused(t, {"--limit", "", "echo"}, "--limit: N must not be empty");
  for (const char* link : {":::+", "::::+"})
    refused(t, {"echo", link, "a", ":::", "b"}, "there is no source before it to link to");
  for (const char* option : {"--output", "--header", "--ci", "--leftovers"})
    refused(t, {option, "lines", "echo"},
            std::string(option) + ": invalid value \"lines\": expected ");
  refused(t, {"-kj"}, "-j: needs a number N");
  for (const char* option : {"--timeout", "--limit", "--delay", "--joblog", "--tagstring", "-d",
                             "--file", "--only", "--sync", "-a", "--header"}) {
    refused(t, {option, "", "touch", ":::", "started"}, "must not be empty");
  }
  refused(t, {"", ":::", "touch started"}, "COMMAND: expected a program, found an empty word");
  refused(t, {"touch", "::::", ""}, "\"::::\": expected FILE, found an empty word");
  refused(t, {"--journal=", "touch", ":::", "started"}, "--journal: FILE must not be empty");
  refused(t, {"--colsep", "--header", ":", "touch", ":::", "started"},
          "--colsep: expected REGEX, found the option --header");
  refused(t, {"--keep-order=no", "touch", ":::", "started"}, "--keep-order: takes no value");
  refused(t, {"-k=1", "touch", ":::", "started"}, "-k: takes no value, found \"1\"");
  refused(t, {"-kj=4", "touch", ":::", "started"}, "-j: expected N, found =4; write -j4");
  CHECK(t.weir({"-kd=", "echo"}, "a=b").out == "a\nb\n");
  refused(t, {"-kZ", "touch", ":::", "started"}, "-Z: unknown option");
}

TEST_CASE("a command line that is refused makes no record, and empties none") {
  test_space t;
  t.write("old", "kept\n");
  t.write("bad.toml", "version = 2\n");
  t.write("bad.durations", "x\n");
  const std::vector<std::vector<std::string>> wrong{
      {"-a", "missing", "echo"},
      {"echo", "::::", "missing"},
      {"--file", "bad.toml"},
      {"--file", "missing.toml"},
      {"--colsep", "(", "echo", "{1}", ":::", "a"},
      {"echo \"", ":::", "a"},
      {"--trace", "missing/x", "echo", ":::", "a"},
      {"--junit", "/", "echo", ":::", "a"},
      {"--report", "old/x", "echo", ":::", "a"},
      {"--durations", "bad.durations", "echo", ":::", "a"},
      {"--results", "old", "echo", ":::", "a"},
      {"--journal", "old", "echo", ":::", "a"}};
  for (const char* option :
       {"--journal", "--joblog", "--trace", "--junit", "--report", "--results", "--durations"})
    for (const auto& rest : wrong) {
      if (rest[0] == option) continue;
      INFO(option << ' ' << rest[0] << ' ' << rest[1]);
      std::vector<std::string> words{option, "new"};
      if (std::string(option) != "--joblog") words.insert(words.end(), {"--joblog", "old.log"});
      t.write("old.log", "kept\n");
      words.insert(words.end(), rest.begin(), rest.end());
      CHECK(t.weir(words).exit_code() == 2);
      CHECK_FALSE(t.exists("new"));
      CHECK(t.read("old.log") == "kept\n");
    }
  CHECK(t.read("old") == "kept\n");
}

TEST_CASE("values stand behind their option or after it") {
  test_space t;
  for (const std::vector<std::string>& two : {std::vector<std::string>{"-n2"},
                                              {"-n", "2"},
                                              {"-kn2"},
                                              {"-kn", "2"},
                                              {"--max-args=2"},
                                              {"--max-args", "2"},
                                              {"-n", "1", "-n", "2"}}) {
    auto words = two;
    words.insert(words.end(), {"echo", ":::", "a", "b"});
    CHECK(t.weir(words).out == "a b\n");
  }
}

TEST_CASE("messages name the option as it was typed") {
  test_space t;
  for (const char* name : {"-j", "-P", "--jobs", "--limit", "--max-procs"})
    refused(t, {name, "x", "touch", ":::", "started"},
            std::string(name) + ": \"x\" is not a limit");
  refused(t, {"-jx", "touch", ":::", "started"}, "-j: \"x\"");
  refused(t, {"-d", "ab", "touch", ":::", "started"}, "-d: \"ab\" is not a delimiter");
  refused(t, {"-0", "-d", ",", "touch", ":::", "started"}, "-0 and -d: only one of them");
  refused(t, {"--eta", "--no-progress", "touch", ":::", "started"}, "--eta and --no-progress:");
  refused(t, {"-q", "--bar", "touch", ":::", "started"}, "-q and --bar: only one");
  refused(t, {"--quiet", "--summary", "touch", ":::", "started"}, "--quiet and --summary:");
  refused(t, {"-qq", "--summary", "touch", ":::", "started"}, "-qq and --summary:");
  refused(t, {"--raw", "--lb", "touch", ":::", "started"}, "--lb and --raw: only one of them");
  refused(t, {"--output", "line", "--raw", "touch", ":::", "started"}, "--output and --raw:");
  refused(t, {"-uk", "touch", ":::", "started"}, "-k: raw output is not captured");
  t.write("raw.toml", "version = 1\njob = []\n[run]\noutput = \"raw\"\nkeep-order = true\n");
  refused(t, {"--file", "raw.toml"}, "[run] keep-order: raw output is not captured");
  refused(t, {"--file", "raw.toml", "-k"}, "-k: raw output is not captured");
  refused(t, {"-a", "f", "touch", ":::", "started"}, "-a: cannot be combined with :::");
  refused(t, {"--file", "m.toml", "-0"}, "-0: cannot be combined with --file");
  refused(t, {"--file", "m.toml", "--check", "--graph"}, "--check and --graph:");
  refused(t, {"--joblog", "a", "--joblog", "b", "touch", ":::", "started"},
          "--joblog: expected one FILE, found a and b");
}

TEST_CASE("stdin that is /dev/null is no list of items, an empty pipe or file is") {
  test_space t;
  for (const char* words :
       {"gzip a b", "-j4 make -C proj a b", "", "-a - echo", "echo :::: -", "--dry-run echo",
        "echo :::: /dev/stdin", "-a /dev/fd/0 echo", "echo :::: /proc/self/fd/0"}) {
    INFO(words);
    const std::string weir = std::string("$WEIR --journal j ") + words;
    const auto run = t.shell(weir + " </dev/null");
    CHECK(run.exit_code() == 2);
    CHECK(lines(run.err).size() == 1);
    CHECK(run.err.find("found /dev/null: write COMMAND ::: ITEM..., or --file") !=
          std::string::npos);
    CHECK_FALSE(t.exists("j"));
    CHECK(t.shell("$WEIR --file /dev/stdin --format toml </dev/null").exit_code() == 2);
    for (const char* option : {"-r", "--no-run-if-empty"}) {
      const auto nothing = t.shell(std::string("$WEIR ") + option + ' ' + words + " </dev/null");
      CHECK(nothing.exit_code() == 0);
      CHECK(nothing.err.empty());
    }
  }
  for (const char* script : {": | $WEIR echo", ": > empty; $WEIR echo < empty", ": | $WEIR",
                             "$WEIR echo ::: x </dev/null", "$WEIR -a /dev/null echo </dev/null"}) {
    INFO(script);
    const auto run = t.shell(script);
    CHECK(run.exit_code() == 0);
    CHECK(run.err.empty());
  }
}

TEST_CASE("a manifest in the place of a command is answered with --file") {
  test_space t;
  t.write("fast.toml", "version = 1\n[[job]]\nname = \"a\"\nrun = \"touch started\"\n");
  refused(t, {"fast.toml"}, "fast.toml: is a manifest, not a program: expected --file fast.toml");
  refused(t, {"./fast.toml", "a"}, "expected --file ./fast.toml");
  CHECK(t.shell("$WEIR fast.toml </dev/null").err.find("--file fast.toml") != std::string::npos);
  CHECK(t.shell("chmod +x fast.toml; $WEIR -q ./fast.toml ::: x").exit_code() == 1);  // it runs
  t.write("again.toml", "version = 1\n[[job]]\nname = \"a\"\nrun = \"true\"\nretries = 3\n");
  CHECK(t.weir({"--file", "again.toml"})
            .err.find("\"retries\" in a job, expected \"retry\", the number of further attempts") !=
        std::string::npos);
}

TEST_CASE("a list of command lines in the place of a command is answered with <") {
  test_space t;
  t.write("commands.txt", "touch started\n");
  t.write("my list", "touch started\n");
  t.write("nice", "touch started\n");
  refused(t, {"commands.txt"},
          "commands.txt: is a file, not a program; if its lines are commands, write weir < "
          "commands.txt");
  refused(t, {"-j2", "my list"}, "write weir < 'my list'");
  refused(t, {"./nice"}, "write weir < ./nice");
  CHECK(t.shell("$WEIR nice < commands.txt 2>&1").err.find("not a program") == std::string::npos);
  CHECK(t.weir({"commands.txt", ":::", "x"}).exit_code() == 1);  // as any missing program
  CHECK(t.shell("chmod +x commands.txt; echo x | $WEIR ./commands.txt").exit_code() == 0);
}

TEST_CASE("a comment among command lines is a job that does nothing, as for GNU parallel") {
  test_space t;
  const auto run = t.weir({"-k", "--joblog", "log"}, "# a comment\n\necho a\n");
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "a\n");
  CHECK(lines(t.read("log")).size() == 3);
}

TEST_CASE("a value forgotten before the items is missed, and makes no file of a separator") {
  test_space t;
  for (const char* option : {"--journal", "--results", "--trace", "--tagstring", "-j"})
    for (const char* separator : {":::", ":::+", "::::"}) {
      const auto run = t.weir({option, separator, "echo ran"}, "x\n");
      CHECK(run.exit_code() == 2);
      CHECK(run.out.empty());
      CHECK_THAT(run.err, Catch::Contains(std::string(option) + ": expected ") &&
                              Catch::Contains(std::string("found ") + separator + "\n"));
      CHECK_FALSE(t.exists(separator));
    }
}

TEST_CASE("an executable file is no record of a command line without a command") {
  test_space t;
  t.write("build", "#!/bin/sh\n");
  for (const char* option : {"--joblog", "--trace", "--report", "--junit"})
    CHECK(t.shell("chmod +x build; $WEIR " + std::string(option) + " build ::: 'touch ran'")
              .exit_code() == 2);
  CHECK(t.read("build") == "#!/bin/sh\n");
  CHECK_FALSE(t.exists("ran"));
}

TEST_CASE("quiet tells of a failure in one line, quieter of none") {
  test_space t;
  const auto quiet = t.weir({"-q", "-k", "CHILD", "exit", ":::", "0", "3"});
  CHECK(quiet.exit_code() == 1);
  REQUIRE(lines(quiet.err).size() == 1);
  CHECK(quiet.err.starts_with("weir: job 2 failed: exit 3 after "));
  CHECK(quiet.err.ends_with(" exit 3\n"));
  CHECK(lines(t.weir({"-q", "no-such-program", ":::", "x"}).err).size() == 1);
  for (const std::vector<std::string>& twice : {std::vector<std::string>{"-qq"}, {"-q", "--quiet"}})
    for (const char* program : {"false", "no-such-program"}) {
      auto words = twice;
      words.insert(words.end(), {program, ":::", "a"});
      const auto run = t.weir(words);
      CHECK(run.exit_code() == 1);
      CHECK(run.err.empty());
    }
}

TEST_CASE("help fits a screen, and all of it is one word further") {
  test_space t;
  const auto help = lines(t.weir({"-h"}).out);
  CHECK(help.size() <= 23);  // 24 with the prompt
  for (const auto& line : help) CHECK(line.size() <= 80);
  CHECK(help.front().starts_with("Usage: weir"));
  CHECK(t.weir({"--help"}).out.find("--help-all") != std::string::npos);
}

TEST_CASE("options end at the command") {
  test_space t;
  CHECK(t.weir({"echo", "-k", "--limit", ":::", "x"}).out == "-k --limit x\n");
  CHECK(t.weir({"-k", "--", "echo", ":::", "-x"}).out == "-x\n");
}

TEST_CASE("help and version go to stdout, and are not lost on a full disk") {
  test_space t;
  CHECK(t.weir({"--version"}).out.substr(0, 5) == "weir ");
  const auto help = t.weir({"--help-all"});
  CHECK(help.exit_code() == 0);
  CHECK(help.out.find("--pending-limit") != std::string::npos);
  for (const auto& line : lines(help.out)) CHECK(line.size() <= 80);
  CHECK(t.shell("$WEIR --help > /dev/full; echo $?").out == "3\n");
}

TEST_CASE("what was closed at the start is no empty input and no success") {
  test_space t;
  for (const auto& script : {"$WEIR --version >&-; echo $? >&2", "$WEIR echo <&-; echo $? >&2"}) {
    INFO(script);
    const std::string err = t.shell(script).err;
    CHECK(err.find("Bad file descriptor\n3\n") != std::string::npos);
  }
  // Raw output is the job's own business: it finds what weir found.
  CHECK(t.shell("$WEIR -u echo ::: a >&-; echo $? >&2").err.ends_with("1\n"));
}

TEST_CASE("no two options have one name") {
  test_space t;
  std::set<std::string> seen;
  for (const auto& line : lines(t.weir({"--help-all"}).out)) {
    if (!line.starts_with("  -")) continue;
    std::istringstream names(line.substr(2, line.find(' ', 2) - 2));
    for (std::string name; std::getline(names, name, ',');) CHECK(seen.insert(name).second);
  }
  CHECK(seen.contains("-j"));
  CHECK(seen.contains("--help"));
}

TEST_CASE("a log gets no control byte and nothing in a short run that went well") {
  test_space t;
  const auto run = t.weir({"-k", "echo", ":::", "a"});
  CHECK(run.err.empty());
  CHECK(t.weir({"-k", "--summary", "echo", ":::", "a"}).err.find("1 job") != std::string::npos);
  CHECK(t.weir({"-qq", "false", ":::", "a"}).err.empty());
}

TEST_CASE("each command line is shown as it starts when asked for") {
  test_space t;
  CHECK(t.weir({"-t", "-j1", "echo", "{}", ":::", "a b"}).err.find("echo 'a b'\n") !=
        std::string::npos);
}
