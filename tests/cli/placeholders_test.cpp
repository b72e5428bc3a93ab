// Placeholders that nothing can fill, and the variables that scripts find items in.
#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;

namespace {

void refused_at_start(test_space& t, std::vector<std::string> arguments,
                      const std::string& message) {
  INFO(message);
  const auto run = t.weir(std::move(arguments));
  CHECK(run.exit_code() == 2);
  CHECK(lines(run.err).size() == 1);
  CHECK_THAT(run.err, Contains(message));
  CHECK_FALSE(t.exists("started"));
}

}  // namespace

TEST_CASE("zero is the number of no item") {
  test_space t;
  const bool has_fish = t.shell("command -v fish").exit_code() == 0;
  for (const char* zero : {"{0}", "{-0}", "{00}", "{0.}"}) {
    const std::string said = '"' + std::string(zero) + "\": items are counted from 1";
    refused_at_start(t, {"touch", "started", zero, ":::", "x"}, said);
    refused_at_start(t, {std::string("touch started; echo '") + zero + '\'', ":::", "x"}, said);
    refused_at_start(t, {"sh", "-c", std::string("touch started; echo ") + zero, ":::", "x"}, said);
    refused_at_start(t, {"--tagstring", zero, "touch", "started", ":::", "x"}, said);
    if (has_fish)
      refused_at_start(
          t, {"--shell", "fish", std::string("touch started; echo ") + zero, ":::", "x"}, said);
  }
  CHECK(t.weir({"echo", "{01}-{-01}", ":::", "a", ":::", "b"}).out == "a-b\n");  // as GNU parallel
  CHECK(t.weir({"echo ${0}{}", ":::", "x"}).out == "shx\n");
}

TEST_CASE("a placeholder that nothing fills is told as it was typed") {
  test_space t;
  refused_at_start(t, {"touch", "started", "{999999999999}", ":::", "x"},
                   "\"{999999999999}\": no input can fill it");
  refused_at_start(t, {"touch", "started", "{02.}", ":::", "x"}, "\"{02.}\": no input can fill it");
  const auto run = t.weir({"-k", "--csv", "--header", ":", "echo", "{x}{y}"}, "x,y\na,b\nc\nd,e\n");
  CHECK(run.out == "ab\nde\n");
  CHECK_THAT(run.err, Contains("stdin:3 has only 1 column; {y} needs 2"));
}

TEST_CASE("a column whose name another one has is had by its number") {
  test_space t;
  refused_at_start(t, {"--header", ":", "touch started {a}", ":::", "a", "1", ":::", "a", "2"},
                   "\"{a}\": columns 1 and 2 have this name: expected {1} or {2}");
  const std::string table = "id,name,id\n1,n,2\n";
  CHECK(t.weir({"--csv", "--header", ":", "echo", "{id}"}, table).exit_code() == 2);
  CHECK(t.weir({"--csv", "--header", ":", "echo", "{name}{3}"}, table).out == "n2\n");
}

TEST_CASE("an inherited variable that is called as one of weir's stays what it is") {
  test_space t;
  const std::string env = "env weir_1=kept weir_n=kept weir__1=kept $WEIR ";
  const std::string show = "; printenv weir_1 weir_n weir__1' ::: x";
  CHECK(t.shell(env + "'echo {}" + show).out == "x\nkept\nkept\nkept\n");
  CHECK(t.shell(env + "sh -c 'echo {}" + show).out == "x\nkept\nkept\nkept\n");
  CHECK(t.shell(env + "'echo $weir_1 {}' ::: x").out == "kept x\n");
  CHECK(t.shell("$WEIR 'echo {}; env' ::: x | grep -c '^weir_'").out == "0\n");
  refused_at_start(t, {"touch started; echo $weir_1 {}", ":::", "x"}, "the script uses weir_1");
  t.write("m.toml",
          "version = 1\n[[job]]\nname = \"a-{x}\"\nmatrix = { x = [\"1\"] }\n"
          "run = \"touch started {x}\"\n");
  const auto run = t.shell("env weir_1=x $WEIR --file m.toml");
  CHECK(run.exit_code() == 2);
  CHECK_THAT(run.err, Contains("the environment has weir_1"));
  CHECK_FALSE(t.exists("started"));
  t.write("e.toml",
          "version = 1\n[[job]]\nname = \"a\"\nenv = { weir_1 = \"x\" }\n"
          "run = \"touch started\"\n");
  CHECK_THAT(t.weir({"--file", "e.toml"}).err,
             Contains("env.weir_1: scripts use it for their items"));
  CHECK_FALSE(t.exists("started"));
}

TEST_CASE("what an expression or a tag makes of an item is data, too") {
  test_space t;
  const std::string evil = "a[$(touch PWNED)];`touch PWNED`";
  for (const auto* script :
       {"echo {= s/a/b/ =}", "echo \"{= s/a/b/ =}\"", "echo '{= s/a/b/ =}'",
        "echo x,,y \"x,,y\" 'x,,y' ,,", "cat <<E\n{= s/a/b/ =}\nE", "cat <<'E'\n,,\nE",
        "echo `echo {= s/x// =}`", "echo ${x:-,,}", "echo {= $_=\";touch PWNED\" =}"}) {
    INFO(script);
    CHECK(t.weir({"-I", ",,", script, ":::", evil}).exit_code() == 0);
  }
  for (const auto* script : {"echo $(( {= s/x// =} + 1 ))", "[ ,, -eq 1 ]", "read ,, < /dev/null",
                             "eval echo ,,", "sh -c \"echo ,,\"", "eval echo {= s/x// =}"}) {
    INFO(script);
    CHECK(t.weir({"-I", ",,", "--shell", "bash", script, ":::", evil}).exit_code() == 1);
  }
  CHECK_FALSE(t.exists("PWNED"));
}

TEST_CASE("an expression that is not understood is told before anything starts") {
  test_space t;
  for (const auto* expression : {"{= $x++ =}", "{= s/(?=a)// =}", "{= system(1) =}"}) {
    const auto run = t.weir({"touch", expression, ":::", "started"});
    CHECK(run.exit_code() == 2);
    CHECK(lines(run.err).size() == 1);
    CHECK_THAT(run.err, Catch::Contains("weir: {= =}: ") && Catch::Contains("Perl is not run"));
  }
  CHECK(t.weir({"--rpl", "{(*)} s/a/b/", "touch", "{}", ":::", "started"}).exit_code() == 2);
  CHECK(t.weir({"--parens", "abc", "touch", "{}", ":::", "started"}).exit_code() == 2);
  CHECK(t.weir({"--trim", "x", "touch", "{}", ":::", "started"}).exit_code() == 2);
  for (const char* dir : {"{}", "x/{/}", "{1}"}) {
    CHECK(t.weir({"--wd", dir, "touch", "{}", ":::", "started"}).exit_code() == 2);
    CHECK_FALSE(t.exists(dir));
  }
  CHECK(t.weir({"--wd", "...", "touch", "{}", ":::", "started"}).exit_code() == 2);
  CHECK_FALSE(t.exists("started"));
}

TEST_CASE("options -I and -i name what stands for an item") {
  test_space t;
  CHECK(t.weir({"-I", ",,", "echo", "x,,y", "{}", ":::", "a"}).out == "xay {}\n");
  CHECK(t.weir({"-I", ",,", "echo x; echo {}", ":::", "a b"}).out == "x\n{} a b\n");
  CHECK(t.weir({"-I", ",,", "--shell", "sh -e", "echo", ":::", "a b"}).out == "a b\n");
  CHECK(t.weir({"-i,,", "echo ,, {}", ":::", "a b"}).out == "a b {}\n");
  CHECK(t.weir({"-i", "echo", "{}", ":::", "a"}).out == "a\n");
  CHECK(t.weir({"--replace=@", "echo", "@@", ":::", "a"}).out == "aa\n");
  CHECK(t.weir({"-k", "-I", "@", "@", "x", ":::", "echo", "printf"}).out == "x\nx");
}

TEST_CASE("an expression has names of columns and the number of the job") {
  test_space t;
  CHECK(t.weir({"-k", "--header", ":", "echo", "{=b $_=uc =} {= $_=seq() =}", ":::", "a", "1", "2",
                ":::", "b", "x"})
            .out == "X 1 1\nX 2 2\n");
  CHECK(t.weir({"-k", "--csv", "--header", ":", "echo", "{=b $_=total_jobs() =} {a}"},
               "a,b\n1,x\n2,y\n")
            .out == "2 1\n2 2\n");
  CHECK(t.weir({"--header", ":", "--plus", "echo", "{f..}", ":::", "f", "a.b.c"}).out == "a\n");
}

TEST_CASE("expressions of a script know what those of words know") {
  test_space t;
  const auto of = [&](const char* script) {
    return t.weir({"-k", script, ":::", "a", "b", "c"}).out;
  };
  CHECK(of("echo {= $_=seq().\"/\".total_jobs() =}; :") == "1/3\n2/3\n3/3\n");
  CHECK(of("echo {= skip() if $_ eq \"b\" =}; :") == "a\nc\n");
  CHECK(
      t.weir({"-k", "--header", ":", "echo {=n $_=total_jobs() =}; :", ":::", "n", "a", "b"}).out ==
      "2\n2\n");
  refused_at_start(t, {"--header", ":", "touch started; echo {=m $_=uc =}", ":::", "n", "a"},
                   "\"m $_=uc \" is not understood");
}

TEST_CASE("a job whose item gives an expression no value is refused, and the others run") {
  test_space t;
  const std::string why = "item 1 of \":::\": {= $_=10/$_ =} of \"0\": division by zero";
  for (const std::string how : {"-k", "--as parallel -k", "-k --shell bash --"}) {
    INFO(how);
    const std::string command =
        how.ends_with("--") ? " 'echo {= $_=10/$_ =}'" : " echo '{= $_=10/$_ =}'";
    const auto run = t.shell("$WEIR " + how + command + " ::: 0 4");
    CHECK(run.out == "2.5\n");
    CHECK(run.exit_code() == 1);
    CHECK(run.err.find(why) != std::string::npos);
  }
  for (const std::string where : {"--tagstring '{= $_=10/$_ =}'", "--tagstring '{= $_=10/$_ =}' -m",
                                  "--send './{= $_=10/$_ =}' --on local"}) {
    INFO(where);
    const auto run = t.shell(": > 2.5; $WEIR -k " + where + " echo x{} ::: 0 4");
    CHECK(run.out.find("x0") == std::string::npos);
    CHECK(run.err.find(why) != std::string::npos);
    CHECK(run.exit_code() != 0);
  }
  const auto line = t.shell("echo : | $WEIR --tagstring '{= $_=10/$_ =}'");
  CHECK(line.exit_code() == 1);
  CHECK_THAT(line.err, Contains("of \":\": division by zero"));
  const auto block = t.shell("echo a | $WEIR --pipe --cat 'cat {= $_=1/$_ =}'");
  CHECK(block.exit_code() == 1);
  CHECK_THAT(block.err, Contains("the block: {= $_=1/$_ =}"));
  const auto result = t.shell("$WEIR --as parallel --results 'r{= $_=1/$_ =}' echo ::: 0 2");
  CHECK(result.exit_code() == 1);
  CHECK(t.read("r0.5") == "2\n");
}
