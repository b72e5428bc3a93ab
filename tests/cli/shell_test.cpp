// Shells that run scripts, and what is told to people who mean one.
#include <filesystem>

#include "support/catch.hpp"
#include "support/is_here.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;

namespace {

bool sh_is_dash() {
  return std::filesystem::canonical("/bin/sh").filename() == "dash";
}

}  // namespace

TEST_CASE("a shell that is not there ends the run before anything starts") {
  test_space t;
  const auto run = t.weir({"--shell", "no-such-shell -e", "touch", "{}", ":::", "x", "y"});
  CHECK(run.exit_code() == 2);
  CHECK(run.err == "weir: --shell: \"no-such-shell\" not found: expected a shell\n");
  CHECK_THAT(t.weir({"--shell", "/no/such/bash", "echo {}", ":::", "x"}).err,
             Contains("weir: --shell: \"/no/such/bash\" not found"));
  t.write("m.toml",
          "version = 1\n[run]\nshell = \"no-such-shell\"\n[[job]]\nargv = [\"touch\", \"x\"]\n");
  for (const auto* option : {"--keep-order", "--check"}) {
    const auto manifest = t.weir({"--file", "m.toml", option});
    CHECK(manifest.exit_code() == 2);
    CHECK_THAT(manifest.err, Contains("m.toml:3:9: shell: \"no-such-shell\" not found"));
  }
  CHECK_FALSE(t.exists("x"));
}

TEST_CASE("a shell that cannot be handed items is refused with items, and runs command lines") {
  test_space t;
  if (!is_here(t, "python3")) return;
  const auto refused = t.weir({"--shell", "python3", "import os; os.unlink('{}')", ":::", "x"});
  CHECK(refused.exit_code() == 2);
  CHECK_THAT(refused.err, Contains("\"python3\" cannot receive items as data: expected sh, bash"));
  CHECK(t.weir({"--shell", "python3 -S"}, "print(6 * 7)\n").out == "42\n");
}

TEST_CASE("a shell that would run no script, or another program, is refused") {
  test_space t;
  const auto refused = [&](const char* shell, const std::string& message) {
    INFO(shell);
    const auto run = t.weir({"--shell", shell, "touch started", ":::", "x"});
    CHECK(run.exit_code() == 2);
    CHECK_THAT(run.err, Contains("weir: --shell: ") && Contains(message));
    CHECK(lines(run.err).size() == 1);
    CHECK(t.weir({"--shell", shell}, "touch started\n").exit_code() == 2);
    CHECK_FALSE(t.exists("started"));
  };
  for (const char* shell : {"bash -n", "sh -en", "bash -eo noexec", "fish --no-execute", "zsh -n",
                            "env bash -n", "bash --version", "dash -n -e"})
    refused(shell, "would not run any script");
  for (const char* shell : {"nice", "env", "timeout 5", "busybox"})
    refused(shell, "runs another program");
  for (const char* shell : {"/bin/true", "env true", "/bin/echo -n", "/bin/false"})
    refused(shell, "would ignore the script");
  refused("true", "is not a shell");
  for (const char* shell : {"bash run.sh", "bash -e --", "zsh -", "sh -e run.sh", "busybox sh x"})
    refused(shell, "has an argument that is not an option");
  for (const char* shell : {"bash -euo pipefail", "nice -n 5 sh", "sh -o nounset -e"})
    CHECK(t.weir({"--shell", shell, "echo {} | cat", ":::", "x"}).out == "x\n");
}

TEST_CASE("an item that was appended where a number is evaluated is told as appended") {
  test_space t;
  const auto run = t.weir({"--shell", "sh", "true\nexit", ":::", "a"});
  CHECK_THAT(run.err, Contains("\"a\", appended as in \"exit {}\", is used where the shell "
                               "evaluates a number"));
  CHECK_THAT(t.weir({"exit {}; :", ":::", "a"}).err, Contains("\"a\" is used where"));
}

TEST_CASE("a shell has options, on the command line and in a manifest") {
  test_space t;
  const auto run = t.weir({"--shell", "sh -eu", "false; echo went on {}", ":::", "x"});
  CHECK(run.exit_code() == 1);
  CHECK(run.out.empty());
  t.write("m.toml",
          "version = 1\n[run]\nshell = \"sh -eu\"\n[[job]]\nrun = \"false; echo went on\"\n"
          "[[job]]\nname = \"b\"\nrun = \"echo '{v}'; echo $gone\"\nmatrix = { v = [\"1\"] }\n");
  const auto manifest = t.weir({"--file", "m.toml", "-k"});
  CHECK(manifest.exit_code() == 1);
  CHECK(manifest.out == "1\n");
}

TEST_CASE("words go to a shell that was asked for, which may have a function of that name") {
  test_space t;
  if (!is_here(t, "bash")) return;
  const auto run = t.shell(
      "exec bash -c 'greet() { echo \"hello $1\"; }; export -f greet; "
      "$WEIR -k --shell bash greet ::: a b; $WEIR --shell bash greet {} c ::: d; "
      "echo \"greet e\" | $WEIR --shell bash'");
  CHECK(run.out == "hello a\nhello b\nhello d\nhello e\n");
}

TEST_CASE("behind >& bash expands a word again, and a wrapper hides no shell") {
  test_space t;
  const std::string evil = "$(touch PWNED)";
  for (const char* script : {"echo x >&{}", "echo x 1>& {}", "echo x >&\"d/{}.log\""})
    CHECK(t.weir({"--shell", "bash", script, ":::", evil}).exit_code() == 1);
  CHECK(t.weir({"echo x >&{}", ":::", "1"}).out == "x\n");
  for (const std::vector<std::string>& before :
       {std::vector<std::string>{"env", "-"}, {"setpriv", "--no-new-privs"}, {"prlimit"}}) {
    auto words = before;
    words.insert(words.end(), {"sh", "-c", "echo {}", ":::", evil});
    t.weir(words);
  }
  CHECK_FALSE(t.exists("PWNED"));
}

TEST_CASE("a job that is refused leaves no line to be pasted in any record") {
  test_space t;
  t.weir({"--shell", "bash", "--joblog", "log", "--report", "r.html", "echo $(( {} ))",
          ":::", "a[$(touch PWNED)0]"});
  CHECK(t.read("log").find("bash -c") == std::string::npos);
  CHECK(t.read("r.html").find("bash -c 'weir_1") == std::string::npos);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"cd . && sh -c \"echo {}\""}, {"bash", "-c", "echo $(( {} ))"}}) {
    auto all = words;
    all.insert(all.end(), {":::", "a[$(touch PWNED)0]"});
    const auto run = t.weir(all);
    CHECK(run.exit_code() == 1);
    CHECK_THAT(run.err, Contains("\n  " + words.back() + '\n'));  // as it was written
    const auto dry = t.weir([&] {
      all.insert(all.begin(), "--dry-run");
      return all;
    }());
    CHECK(dry.out.find("PWNED") == std::string::npos);
  }
}

TEST_CASE("a script that sets a variable of an item is refused") {
  test_space t;
  for (const char* script : {"weir_1=z; echo {}", "for weir_12 in 1; do echo {}; done"}) {
    const auto run = t.weir({script, ":::", "a"});
    CHECK(run.exit_code() == 2);
    CHECK(run.out.empty());
    CHECK_THAT(run.err, Contains("the script uses weir_1"));
  }
  CHECK(t.weir({}, "weir_1=z; echo $weir_1\n").out == "z\n");
  CHECK(t.weir({"weir_log=z; echo $weir_log {}", ":::", "a"}).out == "z a\n");
}

TEST_CASE("a script in a word among others is told how to be written") {
  test_space t;
  const auto run = t.weir({"sleep 1; echo done", "{}", ":::", "1", "2"});
  CHECK(run.exit_code() == 2);
  CHECK(run.err ==
        "weir: \"sleep 1; echo done\" is a script, not a program: it must be one word, with its "
        "items in it: "
        "weir 'sleep 1; echo done {}'\n");
  CHECK(t.weir({"touch {}", "x", ":::", "1"}).exit_code() == 2);
  CHECK_FALSE(t.exists("x"));
  // Never told to be a part of the script: what was meant as a dry run would run.
  CHECK(t.weir({"touch {}", "--dry-run", ":::", "x"}).err ==
        "weir: \"touch {}\" is a script, not a program: it must be one word, and options of weir, "
        "such as --dry-run, come before it\n");
  CHECK_THAT(t.weir({"{}", ":::", "sleep 1", "sleep 1"}).err,
             Contains("sleep 1: command not found; this was taken as the name of one program"));
  t.write("a program", "#!/bin/sh\necho \"ran $1\"\n");
  CHECK(t.shell("chmod +x 'a program'; $WEIR './a program' {} ::: 1").out == "ran 1\n");
}

TEST_CASE("a shell's sign that is an argument is told once, and where it is meant not at all") {
  test_space t;
  t.write("f", "text\n");
  const auto run = t.weir({"-k", "echo", "{}", ">", "{}.out", ":::", "f", "g"});
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "f > f.out\ng > g.out\n");
  CHECK(run.err ==
        "weir: \">\" is an argument of echo here, not a shell operator: for that, write "
        "weir 'echo {} > {}.out'\n");
  CHECK_THAT(t.weir({"echo", "{}", "|", "wc", "-l", ":::", "f"}).err,
             Contains("weir 'echo {} | wc -l'"));
  for (const auto& meant :
       std::vector<std::vector<std::string>>{{"grep", "|", "{}", ":::", "f"},
                                             {"cut", "-d", "|", "-f1", "{}", ":::", "f"},
                                             {"test", "{}", "=", "f", ":::", "f"},
                                             {"-q", "echo", "{}", "|", "x", ":::", "f"}})
    CHECK_THAT(t.weir(meant).err, !Contains("shell operator"));
}

TEST_CASE("a script for bash that dash gets is told") {
  test_space t;
  if (!sh_is_dash()) {
    WARN("sh is not dash: not tested");
    return;
  }
  for (const auto* script : {"[[ -n {} ]]", "a=(1 2); echo {}", "set -o pipefail; echo {}",
                             "cat <(echo {})", "echo ${x/a/b} {}", "source {}"}) {
    INFO(script);
    CHECK_THAT(t.weir({script, ":::", "x"}).err, Contains("sh is dash here, which has no "));
  }
  const auto named = t.weir({"[[ -n {} ]]", ":::", "x"});
  CHECK_THAT(named.err,
             Contains("sh is dash here, which has no [[: --shell bash runs it with bash"));
  CHECK_THAT(named.err, Contains("sh: 1: [[: not found"));
  for (const auto* plain :
       {"[ -n {} ]", "echo '[[' {}", "(echo a; (echo {}))", "cat << E {}\n[[\nE\n"}) {
    INFO(plain);
    CHECK_THAT(t.weir({plain, ":::", "x"}).err, !Contains("sh is dash here"));
  }
}

TEST_CASE("a run that begins with #! is run by its interpreter, with the matrix as arguments") {
  test_space t;
  if (!is_here(t, "perl")) return;
  t.write("m.toml",
          "version = 1\n[[job]]\nname = \"a\"\nrun = '''\n#!/usr/bin/env perl\n"
          "my %h = (os => '{os}'); print join('|', $h{os}, @ARGV), \"\\n\"; print "
          "<DATA>;\n__END__\n$x `y`\n'''\n"
          "matrix = { os = [\"it's $(touch x)\"], n = [\"1\"] }\n");
  const auto run = t.weir({"--file", "m.toml"});
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "{os}|it's $(touch x)|1\n$x `y`\n");
  CHECK_FALSE(t.exists("x"));
  const auto dry = t.weir({"--file", "m.toml", "--dry-run"});
  CHECK(t.shell(dry.out).out == run.out);
}

TEST_CASE("an interpreter that is missing is told by its name") {
  test_space t;
  const auto command = t.weir({"#!/no/such -x\ntouch started\n", ":::", "a", "b"});
  CHECK(command.exit_code() == 2);
  CHECK(command.err == "weir: interpreter /no/such not found: the script's first line names it\n");
  t.write("m.toml", "version = 1\n[[job]]\nrun = \"#!/no/such\\ntouch started\"\n");
  const auto manifest = t.weir({"--file", "m.toml"});
  CHECK(manifest.exit_code() == 1);
  CHECK_THAT(manifest.err, Contains("interpreter /no/such not found\n") && !Contains("sh: 1:") &&
                               Contains("exit 127"));
  CHECK_FALSE(t.exists("started"));
  // What its own language means by braces and dollars is no business of weir's.
  CHECK(t.weir({"#!/usr/bin/env -S sh -e\necho '{0} $' \"$1\"\n", ":::", "x"}).out == "{0} $ x\n");
}
