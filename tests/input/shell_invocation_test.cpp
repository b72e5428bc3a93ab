#include "input/shell_invocation.hpp"

#include <string>
#include <vector>

#include <weir/error.hpp>

#include "input/run_shell.hpp"
#include "input/shell_program.hpp"
#include "input/template.hpp"
#include "support/catch.hpp"

using namespace weir;
using words = std::vector<std::string>;

namespace {

/// The script that a shell gets; empty if none does.
std::string script_in(const words& command) {
  const auto found = find_shell_script(command);
  return found ? command[found->script] : "";
}

words filled_argv(const words& command, const std::string& item, const std::string& shell = "") {
  template_options options;
  options.shell = shell;
  const std::string_view view = item;
  return command_template(command, options).expand(1, {&view, 1}).argv.to_vector();
}

}  // namespace

TEST_CASE("the script of a shell is found behind its options, its path, and what runs it") {
  for (const words& command :
       std::vector<words>{{"sh", "-c", "S"},
                          {"bash", "-ce", "S"},
                          {"bash", "-ec", "S"},
                          {"bash", "-e", "-c", "S"},
                          {"bash", "-c", "-e", "S"},
                          {"bash", "-o", "pipefail", "-c", "S"},
                          {"bash", "-euo", "pipefail", "-c", "S"},
                          {"bash", "-ceuo", "pipefail", "S"},
                          {"bash", "-O", "extglob", "+e", "-c", "S"},
                          {"bash", "--norc", "--rcfile", "x", "-c", "--", "S", "name", "arg"},
                          {"ksh", "-c", "S"},
                          {"zsh", "-fc", "S"},
                          {"dash", "-c", "S", "name"},
                          {"/usr/bin/bash-5.2", "-lc", "S"},
                          {"fish", "-c", "S"},
                          {"fish", "-Pic", "S"},
                          {"fish", "--command", "S", "--", "x"},
                          {"fish", "-C", "x", "--no-config", "--comm", "S", "y"},
                          {"fish", "-d", "-c", "-c", "S"},
                          {"tcsh", "-fc", "S"},
                          {"tcsh", "-cf", "S"},
                          {"busybox", "sh", "-c", "S"},
                          {"/usr/bin/env", "-i", "A=1", "bash", "-c", "S"},
                          {"env", "-u", "X", "bash", "-c", "S"},
                          {"sudo", "-u", "me", "--", "sh", "-c", "S"},
                          {"sudo", "sh", "-c", "S"},
                          {"nice", "-n", "5", "ionice", "-c3", "sh", "-c", "S"},
                          {"timeout", "-s", "KILL", "5", "bash", "-c", "S"},
                          {"timeout", "--signal", "KILL", "--foreground", "5", "bash", "-c", "S"},
                          {"xargs", "-0", "-n", "1", "-P4", "sh", "-c", "S"},
                          {"setarch", "x86_64", "-R", "sh", "-c", "S"},
                          {"setarch", "-R", "sh", "-c", "S"},
                          {"x86_64", "-R", "sh", "-c", "S"},
                          {"i386", "sh", "-c", "S"},
                          {"linux32", "--", "sh", "-c", "S"},
                          {"runuser", "-u", "root", "--", "sh", "-c", "S"},
                          {"fakeroot", "-s", "f", "sh", "-c", "S"},
                          {"perf", "stat", "-e", "cycles", "--", "sh", "-c", "S"},
                          {"perf", "record", "-g", "-F", "99", "sh", "-c", "S"},
                          {"capsh", "--drop=all", "--", "-c", "S"},
                          {"capsh", "--user=me", "==", "--", "-ec", "S"},
                          {"busybox", "ash", "-c", "S"},
                          {"busybox", "nice", "-n", "5", "sh", "-c", "S"},
                          {"numactl", "-N", "0", "sh", "-c", "S"},
                          {"pkexec", "--user", "me", "sh", "-c", "S"},
                          {"nsenter", "-t", "1", "-m", "sh", "-c", "S"},
                          {"gosu", "me", "sh", "-c", "S"},
                          {"weir-shield", "sh", "-c", "S"}}) {
    INFO(shell_quote(command.front()) << " " << command.size());
    CHECK(script_in(command) == "S");
  }
}

TEST_CASE("words that are no script of a shell are none") {
  for (const words& command : std::vector<words>{{"grep", "-c", "S"},
                                                 {"grep", "sh", "-c", "S"},
                                                 {"bash", "S"},
                                                 {"bash", "-e", "S", "-c"},
                                                 {"bash", "-c"},
                                                 {"nice", "grep", "sh", "-c", "S"},
                                                 {"ssh", "host", "sh", "-c", "S"},
                                                 {"env", "A=1"},
                                                 {"python3", "-c", "S"}}) {
    INFO(shell_quote(command.front()) << " " << command.size());
    CHECK(script_in(command).empty());
  }
}

TEST_CASE("fish is handed data in the script of its last option, and in no other") {
  for (const words& command : std::vector<words>{{"fish", "--command=echo {}"},
                                                 {"fish", "--comm=echo {}"},
                                                 {"fish", "-cecho {}"},
                                                 {"fish", "-icecho {}"},
                                                 {"fish", "-c", "echo {}", "-c", "echo 1"},
                                                 {"fish", "-C", "echo {}", "-c", "echo 1"},
                                                 {"fish", "-Cecho {}", "-c", "echo {}"},
                                                 {"fish", "--init-command=echo {}", "-c", "x"},
                                                 {"fish", "-C", "echo {}"},
                                                 {"nice", "fish", "--init", "echo {}", "x"},
                                                 {"fish", "-c", "echo {}", "-N"}}) {
    INFO(shell_quote(command[1]));
    CHECK_THROWS_AS(filled_argv(command, "x"), usage_error);
  }
  const words last{"fish", "-c", "echo 1", "-c", "echo {}"};
  CHECK(filled_argv(last, "(touch PWN)").at(4).find("touch") == std::string::npos);
  CHECK(filled_argv({"fish", "-c", "echo 1", "-C", "echo 2", "{}"}, "a b").back() == "a b");
  for (const auto* script : {"fish --command='x {}'; :", "fish -c'x {}' | cat",
                             "fish -c 'x {}' -c y; :", "fish -C 'x {}' -c y; :"}) {
    INFO(script);
    const std::string_view view = "(touch PWN)";
    CHECK_FALSE(command_template(words{script}).expand(1, {&view, 1}).refused.empty());
  }
}

TEST_CASE("a shell of any form gets an item as data, and the arguments that it was given") {
  const std::string item = "a'; touch x; '$(touch x)";
  const auto run = [&](const words& command) {
    argument_list arguments;
    for (const auto& word : filled_argv(command, item)) arguments.push_back(word);
    return test::run(arguments);
  };
  for (const words& shell : std::vector<words>{{"bash", "-ce"},
                                               {"bash", "-o", "pipefail", "-c"},
                                               {"/bin/sh", "-e", "-c"},
                                               {"env", "sh", "-c"},
                                               {"env", "A={}", "sh", "-c"},
                                               {"timeout", "9", "nice", "sh", "-c"}}) {
    words command = shell;
    command.insert(command.end(), {"printf '%s|' '{}' {} \"$0\" \"$@\"", "name {}", "x", "{}"});
    INFO(shell.front() << " " << shell.size());
    CHECK(run(command) == item + "|" + item + "|name " + item + "|x|" + item + "|");
  }
  CHECK(run({"sh -c 'printf %s {}'"}) == item);
  CHECK(run({"sh -c 'printf %s {} \"$1\"' sh {}"}) == item + item);
  CHECK(run({"sh -c 'printf %s {}' {}"}) == item);
}

TEST_CASE("a shell may have options, and is what it is behind env and busybox") {
  CHECK(parse_shell("").words == words{"/bin/sh"});
  CHECK_FALSE(parse_shell("").chosen);
  const auto bash = parse_shell("/usr/bin/env bash -eu");
  CHECK(bash.words == words{"/usr/bin/env", "bash", "-eu"});
  CHECK(bash.dialect == shell_dialect::bash);
  CHECK(bash.name == "bash");
  CHECK(parse_shell("busybox sh").dialect == shell_dialect::sh);
  CHECK(parse_shell("'/opt/my shells/zsh' -f").words == words{"/opt/my shells/zsh", "-f"});
  CHECK(parse_shell("bash -c").words == words{"bash"});
  CHECK(parse_shell("python3").dialect == shell_dialect::unknown);
  CHECK_THROWS_AS(parse_shell("bash; x"), usage_error);
  CHECK_THROWS_AS(parse_shell(" "), usage_error);
}

TEST_CASE("a shell that was asked for runs words and plain commands, too") {
  CHECK(filled_argv({"greet"}, "a b", "bash -eu") ==
        words{"bash", "-eu", "-c", "weir_1=$1; shift; greet \"$weir_1\"", "bash", "a b"});
  CHECK(filled_argv({"greet", "{}", "it's $HOME", "x{}"}, "a", "zsh") ==
        words{"zsh", "-c", "weir_1=$1; shift; greet \"$weir_1\" 'it'\\''s $HOME' x\"$weir_1\"",
              "zsh", "a"});
}

TEST_CASE("a shell that cannot be handed data is refused with items, and takes scripts without") {
  for (const auto* shell : {"python3", "perl", "./myshell", "nu"}) {
    INFO(shell);
    CHECK_THROWS_AS(filled_argv({"x {}; y"}, "a", shell), usage_error);
    CHECK_THROWS_AS(filled_argv({"x"}, "a", shell), usage_error);
    template_options options;
    options.shell = shell;
    options.append_items = false;
    CHECK(command_template(words{"print(1)"}, options).expand(1, {}).argv.to_vector() ==
          words{shell, "-c", "print(1)"});
  }
}

TEST_CASE("a script that begins with #! is run by its interpreter, with items as arguments") {
  const std::string script =
      "#!/usr/bin/env -S sh -e\nprintf '%s|' \"$@\" {}\ncat <<'weir_end'\nx\nweir_end\n";
  argument_list arguments;
  for (const auto& word : filled_argv({script}, "$(touch x)")) arguments.push_back(word);
  CHECK(test::run(arguments) == "$(touch x)|{}|x\n");
}
