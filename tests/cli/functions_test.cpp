// Functions that a shell has defined: exported by bash, or handed over by weir_env.
#include "support/catch.hpp"
#include "support/is_here.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;

namespace {

/// \param shell with options, which runs `script` as a file, with weir in PATH.
std::string run_by(const std::string& shell, const std::string& script) {
  return "mkdir -p bin tmp; ln -sf $WEIR bin/weir; export HOME=$PWD PATH=$PWD/bin:$PATH "
         "TMPDIR=$PWD/tmp; cat > script << 'END'\n" +
         script + "\nEND\nexec " + shell + " script";
}

std::string bash(const std::string& script) {
  return run_by("bash", script);
}

}  // namespace

TEST_CASE("an exported function of bash is called with items as data") {
  test_space t;
  if (!is_here(t, "bash")) return;
  const std::string f = "f() { echo \"<$1> <$2>\"; }; export -f f; ";
  CHECK(t.shell(bash(f + "weir -k f ::: 'a b' '$(touch x); y'")).out ==
        "<a b> <>\n<$(touch x); y> <>\n");
  CHECK(t.shell(bash(f + "weir f {} '1 $HOME' ::: a")).out == "<a> <1 $HOME>\n");
  CHECK(t.shell(bash(f + "weir 'X=1 f {} | tr a b' ::: a")).out == "<b> <>\n");
  CHECK(t.shell(bash(f + "printf 'f 1\\necho 2\\n' | weir -k")).out == "<1> <>\n2\n");
  CHECK(t.shell(bash(f + "weir --dry-run f ::: 1")).out == "bash -c 'f 1'\n");
  CHECK_FALSE(t.exists("x"));
}

TEST_CASE("a program comes before an exported function and so does a shell that was asked for") {
  test_space t;
  if (!is_here(t, "bash")) return;
  const std::string functions = "echo() { :; }; cat() { :; }; export -f echo cat; ";
  CHECK(t.shell(bash(functions + "weir echo ::: 1")).out == "1\n");
  CHECK(t.shell(bash(functions + "weir 'printf {} | cat' ::: 1")).out == "1");
  const auto other =
      t.shell(bash("f() { :; }; export -f f; weir --shell sh f ::: 1; weir 'echo f {}' ::: 1"));
  CHECK_THAT(other.err, Contains("f: not found"));
  CHECK(other.out == "f 1\n");
}

TEST_CASE("GNU parallel's dialect calls exported functions whatever SHELL is") {
  test_space t;
  if (!is_here(t, "bash")) return;
  CHECK(t.shell(bash("f() { echo \"<$1>\"; }; export -f f; unset PARALLEL_SHELL; export SHELL=/bin/"
                     "sh; weir --as parallel f ::: 'a b'"))
            .out == "<a b>\n");
}

TEST_CASE("weir_env hands what bash has defined to jobs") {
  test_space t;
  if (!is_here(t, "bash")) return;
  const std::string start = ". '" WEIR_COMPLETIONS "/weir_env.bash'; shopt -s expand_aliases\n";
  const auto run = t.shell(bash(
      start +
      "f() { echo \"$1 $v ${list[1]} ${map[k]} $BASH_ENV\"; }\n"
      "v='a b' list=(one 'two \"x') readonly=1; declare -r readonly; declare -A map=([k]=\"q'z\")\n"
      "alias hi='echo hi there'\n"
      "weir_env -k f ::: 1 '$(touch x)'; weir_env hi ::: 2; weir_env false ::: 1; echo $?; ls "
      "tmp"));
  CHECK(run.out == "1 a b two \"x q'z \n$(touch x) a b two \"x q'z \nhi there 2\n1\n");
  CHECK_FALSE(t.exists("x"));
}

TEST_CASE("weir_env hands functions and variables of zsh to jobs") {
  test_space t;
  if (!is_here(t, "zsh")) return;
  const auto run =
      t.shell(run_by("zsh -f", "ln -s '" WEIR_COMPLETIONS "/weir_env.zsh' bin/weir_env\n"
                               "fpath=($PWD/bin $fpath); autoload -Uz weir_env\n"
                               "f() { echo \"$1 $v ${list[2]} ${map[k]} $ZDOTDIR\" }\n"
                               "v='a b' list=(one 'two \"x'); typeset -A map; map=(k \"q'z\")\n"
                               "alias hi='echo hi there'\n"
                               "weir_env -k f ::: 1 '$(touch x)'; weir_env hi ::: 2; weir_env "
                               "false ::: 1; echo $?; ls tmp"));
  CHECK(run.out == "1 a b two \"x q'z \n$(touch x) a b two \"x q'z \nhi there 2\n1\n");
  CHECK_FALSE(t.exists("x"));
}

TEST_CASE("weir_env hands functions and variables of fish to jobs") {
  test_space t;
  if (!is_here(t, "fish")) return;
  const auto run = t.shell(
      run_by("fish --no-config",
             "source '" WEIR_COMPLETIONS "/weir_env.fish'\n"
             "function f; echo \"$argv[1] $v $list[2]\"; end\n"
             "set v 'a b'; set list one 'two \"x'\n"
             "weir_env -k f ::: 1 '(touch x)'; weir_env false ::: 1; echo $status; ls tmp"));
  CHECK(run.out == "1 a b two \"x\n(touch x) a b two \"x\n1\n");
  CHECK_FALSE(t.exists("x"));
}

TEST_CASE("weir_env means what it says whatever options its bash has") {
  test_space t;
  if (!is_here(t, "bash")) return;
  const auto run = t.shell(
      bash(". '" WEIR_COMPLETIONS "/weir_env.bash'\n"
           "shopt -s extglob nullglob\n"
           "f() { case $1 in +([0-9])) echo \"number$(echo /no/such*) $v\" ;; esac; helper $1; }\n"
           "helper() { false | true || echo pipefail; }\n"
           "declare -i unset_number; v=a:b; IFS=:; set -euo pipefail -o noclobber\n"
           "weir_env f ::: 12; weir_env false ::: 1 || echo failed; ls tmp"));
  CHECK(run.out == "number a:b\npipefail\nfailed\n");
  CHECK_THAT(run.err, !Contains("unbound") && !Contains("overwrite"));
}

TEST_CASE("weir_env means what it says whatever options its zsh has") {
  test_space t;
  if (!is_here(t, "zsh")) return;
  const auto run = t.shell(
      run_by("zsh -f", "ln -s '" WEIR_COMPLETIONS "/weir_env.zsh' bin/weir_env\n"
                       "fpath=($PWD/bin $fpath); autoload -Uz weir_env; list=(one two) v='a b'\n"
                       "setopt extendedglob nullglob ksharrays shwordsplit globsubst noclobber "
                       "nounset\n"
                       "f() { case $1 in [0-9]##) print -l number /no/such* $v ;; esac\n"
                       "print ${list[0]} }\n"
                       "weir_env f ::: 12; ls tmp"));
  CHECK(run.out == "number\na\nb\none\n");
}

TEST_CASE("weir_env of fish takes its file away also when it is ended by a signal") {
  test_space t;
  if (!is_here(t, "fish")) return;
  const auto run = t.shell(
      "(" +
      run_by("setsid -w fish --no-config",
             "set -x TMPDIR \"$TMPDIR/a 'b\"; mkdir $TMPDIR\n"
             "source '" WEIR_COMPLETIONS "/weir_env.fish'\n"
             "function f; kill -TERM -- -$argv[1]; sleep 1000; end\n"
             "function g; ls \"$TMPDIR\" | wc -l; end\n"
             "weir_env g ::: 1; weir_env 'echo begun; f {}' ::: $fish_pid; echo unreached") +
      "); cd tmp/a*; while ls | grep -q .; do :; done; echo gone");
  CHECK(run.out == "1\nbegun\ngone\n");
}
