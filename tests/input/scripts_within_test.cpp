// What is parsed once more: scripts within scripts, eval, and what fish and csh do so. An item is a
// plain word there.
#include <string>
#include <vector>

#include <weir/error.hpp>

#include "input/refusing.hpp"
#include "support/catch.hpp"

using namespace weir;
using namespace weir::test;

TEST_CASE("in a script within a script, an item is a plain word or fails its job") {
  for (const auto* script : {"cd x && sh -c 'echo {}'",
                             "exec bash -c \"echo {}\"",
                             "nohup bash -ec \"x {}\" &",
                             "command sh -c 'x {}'",
                             "time sh -c 'x {}'",
                             "env A=1 sh -c 'x {}'; :",
                             "X=1 bash -c 'x {}'; :",
                             "ls | xargs -n 1 -I % sh -c 'x {} %'",
                             "exec -a name bash -c '{} x'",
                             "! zsh -c \"a;{}\"",
                             "for i in 1; do dash -c \"x {}\"; done",
                             "(fish -c 'x {}')",
                             "f() { ksh -c '{} x'; }; f",
                             "echo $(bash -o pipefail -c 'x {}')",
                             "if sh -c \"x {}\"; then :; fi",
                             "timeout 5 busybox sh -c 'x {}' a b | cat",
                             "find . -name x -exec sh -c 'x {}' \\;",
                             "eval \"x {}\"",
                             "eval x {}",
                             "trap 'rm {}' EXIT; x",
                             "alias a='x {}'; a",
                             "v={}; sh -c \"x $v\"",
                             "read -r v <<< {}; sh -c \"x $v\"",
                             "read <<< \"{}\"; eval \"x $REPLY\"",
                             "for f in {}; do eval \"x ${f%.c}\"; done",
                             "v={}; sh <<E\n$v\nE",
                             "v=\"grep {} x\"; eval \"$v\"",
                             "v=a{}; eval $v",
                             "v={}; v+={}; eval \"$v\"",
                             "v=\"echo {}\"; bash -c \"${v}\"",
                             "printf -v v \"echo %s\" {}; v={}x; eval \"$v\"",
                             "v={}; eval \"$v\" x",
                             "read v <<< 'x {}'; eval \"$v\"",
                             "time -f %e sh -c 'x {}'; :",
                             "sh <<E\nx {}\nE",
                             "ls; bash -es y <<'E' && z\nx {}\nE\n",
                             "X=1 exec sudo sh <<-E | cat\n\tx {}\n\tE\n",
                             "\"bash\" '-c' \"x {}\" | cat",
                             "cd x && fakeroot sh -c 'x {}'",
                             "setarch x86_64 -R bash -c 'x {}'; :",
                             "i386 sh -c 'x {}'; :",
                             "runuser -u root -- sh -c 'x {}'; :",
                             "perf stat -r 3 sh -c 'x {}' | cat",
                             "capsh --drop=all -- -c 'x {}'; :",
                             "busybox timeout 5 sh -c 'x {}'; :",
                             "nice find . -exec nice sh -c 'x {}' \\;",
                             "weir 'x {}' ::: 1 2",
                             "weir -j 2 -k \"x {}\" :::: list | cat",
                             "nice weir x{}",
                             "emulate sh -c 'x {}'; :",
                             "emulate -R zsh -c \"x {}\"; :",
                             "sh -c 'x '{}' y' | cat"}) {
    for (const auto* shell : {"", "bash", "dash", "zsh"}) {
      INFO(shell << ": " << script);
      for (const auto* value : {"$(touch PWNED)", "a b", "a;b", "", "'", "`x`", "a\nb", "*", "~",
                                "!x", "a=(b)", "{a,b}", "#a", "&", "<a"})
        CHECK(refuses(script, value, shell));
      for (const auto* value : {"a.txt", "/p/q-r_1.tar.gz", "7", "h\xc3\xa9", "a@b:c,d+e%f"})
        CHECK_FALSE(refuses(script, value, shell));
    }
  }
  const std::vector<std::string> find{"find", ".", "-exec", "sh", "-c", "x {}", ";"};
  const std::vector<std::string> inner{"weir", "-a", "list", "x {}"};
  const std::string_view values[] = {"$(touch PWNED)", "a.txt"};
  for (const auto& words : {find, inner}) {
    const command_template several(words);
    CHECK_FALSE(several.expand(1, {values, 1}).refused.empty());
    CHECK(several.expand(1, {values + 1, 1}).refused.empty());
  }
  const command_template batch(std::vector<std::string>{"cd x && sh -c \"echo {}\""});
  const std::string_view plain[] = {"a", "b"};
  const std::string_view mixed[] = {"a", "b c"};
  CHECK(batch.expand(1, plain).refused.empty());
  CHECK_FALSE(batch.expand(1, mixed).refused.empty());
  // Nobody may paste what may not run.
  CHECK(job_of("cd x && sh -c 'echo {}'", code, "").text == "cd x && sh -c 'echo {}'");
  // An argument of such a script is data; so is a script that is nothing but an item.
  for (const auto* script : {"cd x && sh -c 'echo \"$1\"' sh {}",
                             "sh -c {} | cat",
                             "eval {}; :",
                             "eval '{}'; :",
                             "bash x -c 'y {}'; :",
                             "grep -c 'x {}' | cat",
                             "emulate sh -c {}; :",
                             "trap {} EXIT; :",
                             "trap - EXIT {}; :",
                             "v={}; sh -c 'echo \"$v\"' \"$v\"",
                             "for v in {}; do eval \"$v\"; done",
                             "v={}; sh -c \"${v}\"; :",
                             "v={}; sh -c \"echo \\$v\"; echo \"$v\"",
                             "v={}; sh <<'E'\n$v\nE",
                             "cat <<E\n{}\nE",
                             "sh script.sh <<E\n{}\nE",
                             "sh; cat <<E | sh -c 'cat'\n{}\nE",
                             "sh -c 'cat' <<E\n{}\nE",
                             "echo bash -c 'x {}' | cat",
                             "weir x 'y {}' ::: 1; :",
                             "weir -k x {} ::: 1 | cat",
                             "weir {} ::: 1; :",
                             "weir x ::: {} 'y {}'; :",
                             "weir 'x \"$1\"' ::: {}"}) {
    INFO(script);
    CHECK_FALSE(refuses(script, "$(touch PWNED)"));
  }
}

TEST_CASE("in what fish and csh parse once more, an item is a plain word or fails its job") {
  const auto check = [](const std::string& shell, const std::string& script) {
    INFO(shell << ": " << script);
    for (const auto* value : {"(touch PWN)", "; touch PWN", "`touch PWN`", "", "a b", "'", "*"})
      CHECK(refuses(script, value, shell));
    CHECK_FALSE(refuses(script, "a-1.txt", shell));
  };
  for (const auto* script : {"eval \"echo {}\"",
                             "eval echo {}",
                             "alias x=\"echo {}\"; x",
                             "alias x \"echo {}\"; x",
                             "alias x {}; x",
                             "trap \"echo {}\" EXIT",
                             "bind \\cx 'echo {}'",
                             "abbr -a x \"echo {}\"",
                             "complete -c x -a '(echo {})'",
                             "read -p 'echo {}' x",
                             "argparse 'x=!test {}' -- a",
                             "echo 'echo {}' | source",
                             "echo {} | cat | source -",
                             "source (echo 'x {}' | psub)",
                             "builtin eval \"x {}\"",
                             "and eval \"x {}\"",
                             "if eval \"x {}\"; end",
                             "x; or eval \"x {}\"",
                             "begin; eval \"x {}\"; end",
                             "function f; eval \"x {}\"; end; f",
                             "x (eval \"y {}\")",
                             "x \"$(eval \"y {}\")\"",
                             "eval x (echo {})",
                             "eval \\\n \"x {}\"",
                             "x &>y && eval \"x {}\"",
                             "eval >y 2>&1 \"x {}\"",
                             "set v {}; eval \"x $v\"",
                             "set -l v a {}; eval x $v",
                             "for v in {}; eval \"x $v\"; end",
                             "sh -c 'x {}'; y",
                             "x | xargs sh -c \"x {}\"",
                             "time eval \"x {}\"",
                             "while eval \"x {}\"; end",
                             "not eval \"x {}\"",
                             "set v \"x {}\"; eval $v",
                             "set v x {}; eval $v"})
    check("fish", script);
  for (const auto* script :
       {"eval \"echo {}\"", "eval echo {}", "alias x 'echo {}'; x", "x && eval \"y {}\"",
        "if (1) eval \"x {}\"", "(eval \"x {}\")", "set y = `eval \"x {}\"`", "sched +0:1 'x {}'",
        "nice +5 eval \"x {}\"", "repeat 2 eval \"x {}\"", "set v = {}; eval \"x $v\"",
        "set v = \"x {}\"; eval $v", "set v=(a {}); eval x $v:q", "setenv V {}; eval \"x $V\"",
        "sh -c \"x {}\"; y", "foreach v ({})\neval \"x $v\"\nend", "bindkey -c ^X 'x {}'",
        "time eval \"x {}\"", "x |& eval \"x {}\""})
    check("tcsh", script);
  for (const auto* script :
       {"eval {}; x", "echo eval \"x {}\"; y", "echo {}; eval \"x\"", "x | y {}", "set v {}; x $v",
        "set v {}; x; eval $v", "source {}", "x '# {}'; y"})
    CHECK_FALSE(refuses(script, "(touch PWN)", "fish"));
  for (const auto* script : {"eval {}; x", "echo eval \"x {}\"; y", "set v = {}; x $v:q",
                             "foreach v ({})\necho $v:q\nend", "set y = `x {}`; eval \"z\""})
    CHECK_FALSE(refuses(script, "; touch PWN", "tcsh"));
}

TEST_CASE("csh takes no data in a substitution that began in double quotes") {
  for (const auto* script :
       {R"(echo "`echo {}`")", R"(echo "`echo "{}"`")", R"(x"`printf %s "{}" y`"z)",
        R"(echo "`echo '{}'`")", R"(echo "`echo '"{}"'`")", R"(echo "`echo "a" {}`")",
        R"(echo "`echo "'{}'`")", R"(echo a"b`c"`{}`)"}) {
    INFO(script);
    CHECK_THROWS_AS(refuses(script, "x", "tcsh"), usage_error);
  }
  for (const auto* script : {R"(echo `echo "{}"`)", R"(echo "`date`" {} "{}")", R"(echo '`'{}'"')"})
    CHECK_FALSE(refuses(script, "; touch PWN", "tcsh"));
}

TEST_CASE("what is read into a variable of a script within is a plain word or fails its job") {
  for (const auto* script :
       {"read x <<< {}; sh -c \"echo $x\"", "while read x; do eval \"echo $x\"; done <<E\n{}\nE"}) {
    INFO(script);
    CHECK(refuses(script, "; touch PWNED", "dash"));
    CHECK_FALSE(refuses(script, "a.b", "dash"));
  }
}
