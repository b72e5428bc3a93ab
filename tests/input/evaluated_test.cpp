// What shells evaluate: no item may be code there.
#include <filesystem>
#include <string>
#include <vector>

#include <unistd.h>

#include "input/refusing.hpp"
#include "input/run_shell.hpp"
#include "support/catch.hpp"

using namespace weir;
using namespace weir::test;

namespace {

const std::vector<std::string> numbers = {
    "for ((i=0;i<{};i++)); do :; done",
    "echo $[ {} ]",
    "echo $(( {} ))",
    "echo \"$(( {} ))\"",
    "a[{}]=1",
    "a=([{}]=1)",
    "a[1+{}]+=1",
    "(( {} ))",
    "((  '{}' > 1 ))",
    "if (( \"{}\" > 1 )); then :; fi",
    "coproc (( {} ))",
    "coproc x { (( {} )); }; wait",
    "[[ {} -gt 5 ]]",
    "[[ 5 -eq {} ]]",
    "[[ \"{}\" -ne 5 ]]",
    "[[ 1 -lt '{}' ]]",
    "[[ -n x && ( {} -le 5 ) ]]",
    "[[ -n x && {} -ge 5 && -n y ]]",
    "if ! [[ {} -gt 5 ]]; then :; fi",
    "[ {} -gt 5 ]",
    "test 5 -gt {}",
    "let x={}",
    "let 'x={}'",
    "A=1 let \"x={}\"",
    "builtin let x={}",
    "declare -i x={}",
    "typeset -i x={}",
    "f() { local -i x={}; }; f",
    "function f { local -i x={}; }; f",
    "declare -ri x={}",
    "declare -i x; x={}",
    "declare -i x; for x in {}; do :; done",
    "n={}; echo $((n + 1))",
    "k={}; unset \"m[$k]\"",
    "k={}; printf -v \"m[$k]\" x",
    "k={}; read \"m[$k]\" < /dev/null",
    "n={}; [[ $n -gt 5 ]]",
    "n={}; while (( n > 5 )); do break; done",
    "local n={}; echo ${s:n}",
    "RANDOM={}",
    "OPTIND={}",
    "echo ${a[{}]}",
    "echo \"${a[{}]}\"",
    "echo ${#a[{}]}",
    "echo ${s:{}:2}",
    "echo \"${s:1:{}}\"",
    "echo `echo $(( {} ))`",
    "echo \"$(let x={})\"",
    "cat <<E\n$(( {} ))\nE",
    "printf '%d' {}",
    "printf '%s %*d\\n' a {} 1",
    "printf -v 'a[{}]' x",
    "unset 'a[{}]'",
    "exit {}",
    "f() { return {}; }; f",
    "x; exit",
    "[[ -n x ]] && let x={}",
    "[[ -n x ]] || { let x={}; }",
    "cat <<E; let x={}\nE",
    "echo $(( ${y:-{}} ))",
    "echo $((1+${y:-{}}))",
    "echo $(( \"${y:-{}}\" ))",
    "echo \"$(( ${y:-\"{}\"} ))\"",
    "echo $(( ${y:-${z:-{}}} ))",
    "echo $(( ${y+{}} ))",
    "echo $[ ${y:-{}} ]",
    "a=(1); echo ${a[${i:-{}}]}",
    "a[${i:-{}}]=1",
    "s=abc; echo ${s:${n:-{}}:1}",
    "for ((i=0;i<${n:-{}};i++)); do :; done",
    "echo x >&{}",
    "echo x >& \"{}\"",
    "declare -i i; printf -v i %s {}",
    "declare -i i; read i <<< {}",
    "declare -ai a; a=(1 {})",
    "declare -ai a; a+=({})",
    "declare -ai a=({})",
    "declare -iA m; m=([k]={})",
    "a=(\n{}\n); echo $((a[0]))",
    "declare -i i; read -r x i <<< \"1 ${y:-{}}\"",
    "IFS=, read -r n <<<{}; echo $((n))",
    "printf -v i %s {}; echo $((i))",
    "mapfile a <<< {}; echo $((a[0]))",
    "mapfile <<< {}; (( MAPFILE[0] ))",
    "readarray -t a <<E\n{}\nE\n(( a[0] ))",
    "read n <<E\n{}\nE\necho $((n))",
    "read n <<'E'\n{}\nE\necho $((n))",
    "declare -i i; read i <<E\n{}\nE",
    "while read n; do echo $((n)); done <<< {}",
    "while read -r a b; do (( b )); done <<E\nx {}\nE",
    "{ read n; echo $((n)); } <<< {}",
    "(read n; echo $((n))) <<< {}",
    "if read n; then (( n )); fi <<< {}",
};

/// What bash parses once more, though it was quoted.
const std::vector<std::string> lists = {
    "declare -a 'a=({})'",
    "declare -a a=\"({})\"",
    "declare -A 'm=([k]={})'",
    "declare -A 'm=([{}]=1)'",
    "declare -a a={}",
    "f() { local -a \"a=({})\"; }; f",
    "export -a 'a=({})'",
    "readonly -a \"a=({})\"",
    "typeset -ga 'a=(x {})'",
    "declare -a a; declare 'a=({})'",
    "a=(1); declare \"a=({})\"",
    "x={}; declare -a \"a=$x\"",
    "x={}; declare -a a; declare a=$x",
};

const std::vector<std::string> names = {
    "printf -v {} x",
    "test -v {}",
    "[ -v {} ]",
    "[[ -v {} ]]",
    "read {} < /dev/null",
    "unset {}",
    "declare {}=1",
    "export {}",
    "readonly {}=1",
    "declare -n x={}; echo $x",
    "typeset {}",
    "getopts ab {} -a",
    "mapfile {} < /dev/null",
    "wait -p {}",
    "k={}; printf -v \"$k\" x",
    "k={}; read \"$k\" < /dev/null",
    "k={}; test -v \"$k\"",
    "k={}; [[ -v $k ]]",
    "k={}; unset \"$k\"",
    "k={}; declare \"$k=1\"",
    "k={}; export \"${k}\"=1",
};

}  // namespace

TEST_CASE("where a shell evaluates a number, an item is digits and operators or fails its job") {
  for (const auto& script : numbers) {
    for (const auto* shell : {"", "bash", "ksh", "zsh"}) {
      INFO(shell << ": " << script);
      CHECK(refuses(script, code, shell));
      CHECK(refuses(script, "HOME", shell));
      CHECK(refuses(script, "x=1", shell));
      CHECK_FALSE(refuses(script, "12", shell));
      CHECK_FALSE(refuses(script, "-0x1F + 16#ff * 2", shell));
    }
  }
}

TEST_CASE("where a shell expects the name of a variable, an item is one or fails its job") {
  for (const auto& script : names) {
    for (const auto* shell : {"", "bash", "ksh", "zsh"}) {
      INFO(shell << ": " << script);
      CHECK(refuses(script, code, shell));
      CHECK(refuses(script, code + "=1", shell));
      CHECK_FALSE(refuses(script, "some_name", shell));
    }
  }
  CHECK_FALSE(refuses("export {}; env", "CC=gcc -m32"));
}

TEST_CASE("what is assigned to an array by a declaration is a plain word or fails its job") {
  for (const auto& script : lists) {
    for (const auto* shell : {"", "bash", "ksh", "zsh"}) {
      INFO(shell << ": " << script);
      CHECK(refuses(script, code, shell));
      CHECK(refuses(script, "($(touch PWNED))", shell));
      CHECK_FALSE(refuses(script, "some.txt", shell));
    }
  }
  for (const auto* script : {"declare 'a=({})'", "declare -a a; a={}", "declare -a a=({})",
                             "x={}; declare -a a=(\"$x\")", "local -r x={}"})
    CHECK_FALSE(refuses(script, "$(touch PWNED)"));
}

TEST_CASE("elsewhere any item may stand beside what is evaluated") {
  for (const auto* script : {"echo {} $((1 + 2))",
                             "x={}; [ ${#x} -gt 3 ]",
                             "x={}; echo $(( ${#x} + 1 ))",
                             "x={}; (( ${#x} > 3 )) && [[ ${#x} -gt 3 ]]",
                             "x={}; exit ${#x}",
                             "f={}; echo \"${f:0:${#f}-4}\"",
                             "x={}; export X=\"$x\" Y=$x",
                             "[[ {} == x ]]",
                             "[[ -f {} && 1 -gt 0 ]]",
                             "declare -i n=0; for f in {}; do n=n+1; done",
                             "f={}; [ $(wc -c < \"$f\") -gt 5 ]",
                             "f={}; echo $(( $(cat \"$f\") + 1 ))",
                             "export X={}",
                             "x={}; echo \"$x\"",
                             "declare x={}",
                             "printf '%s %d' {} 1",
                             "ls -lt {}",
                             "echo {} -gt 5",
                             "sed -ne {}",
                             "echo $(( $(printf %s {}) + 0 ))",
                             "echo '>&'{}",
                             "echo 'a >& '{}",
                             "read i <<< {}; echo \"$i\"",
                             "cat <<< {}",
                             "declare -ai n; a=({})",
                             "a=(let {})",
                             "declare -ai a; a=($(wc -l {}))",
                             "read i <<< 1; echo $((i)) {}",
                             "read i <<< 1; echo $((i)); cat <<< {}",
                             "cat <<E\n{}\nE\nread n; echo $((n))",
                             "while read n; do (( n )); done < f; cat <<E\n{}\nE",
                             "while read n; do echo \"$n\"; done <<< {}",
                             "printf -v i %s {}",
                             "echo $(( $(echo ${y:-{}}) ))",
                             "echo ${x:-{}} ${x#{}} ${x/{}/b}",
                             "case {} in (a) ;; esac",
                             "(echo {}); ( (echo {}) )"}) {
    INFO(script);
    CHECK_FALSE(refuses(script, code));
  }
  // Not evaluated by dash, of which weir knows that it is one.
  CHECK_FALSE(refuses("[ {} -gt 5 ]", code, "dash"));
  CHECK(refuses("echo $(({}))", code, "dash"));
}

TEST_CASE("a long script is read in one pass, whatever it is made of") {
  const auto repeated = [](const std::string& piece, std::size_t times) {
    std::string all;
    while (times-- > 0) all += piece;
    return all;
  };
  constexpr std::size_t many = 30'000;
  for (const std::string& script :
       {"find . " + repeated("-exec sh -c x ", many),
        "find . " + repeated("-exec sh -c x \\; ", many), "x " + repeated("[a ", 4 * many),
        "x " + repeated("a[b ", 4 * many), "x " + repeated("`[a {}` ", many),
        "printf " + repeated("-v a ", many) + repeated("{} ", many)}) {
    INFO(script.substr(0, 40));
    CHECK(refuses(script + " {}; let x={}", code));
  }
  std::string numbered = "x ";
  for (std::size_t i = 1; i <= many; ++i) numbered += '{' + std::to_string(i) + "} ";
  CHECK_FALSE(refuses(numbered + "; exit", code));
  CHECK_FALSE(refuses("set " + repeated("a{} ", many), code, "fish"));
  CHECK_FALSE(refuses("echo {} " + repeated("<<E ", many), code, "tcsh"));
}

TEST_CASE("no shell runs what is in an item, whatever evaluates it") {
  std::string here = (std::filesystem::temp_directory_path() / "weir-evaluated-XXXXXX").string();
  REQUIRE(::mkdtemp(here.data()) != nullptr);
  for (const auto* all : {&numbers, &names, &lists}) {
    for (const auto& script : *all) {
      for (const auto* shell : {"bash", "ksh", "zsh"}) {
        INFO(shell << ": " << script);
        for (const auto& item : {code, std::string("$(touch PWNED)"), "(" + code + ")"}) {
          const job_spec job = job_of(script, item, shell);
          if (job.refused.empty()) test::run(job.argv, here);
          CHECK(std::filesystem::is_empty(here));
        }
      }
    }
  }
  std::filesystem::remove_all(here);
}

TEST_CASE("the number of the job and that of the slot are numbers") {
  CHECK_FALSE(refuses("echo $(({#} + {%}))", code));
}
