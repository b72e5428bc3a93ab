#include "input/template.hpp"

#include <string>
#include <vector>

#include <weir/error.hpp>

#include "support/catch.hpp"

using namespace weir;
using words = std::vector<std::string>;
using items = std::vector<std::string_view>;

namespace {

words argv(const words& command, const items& values, const template_options& options = {}) {
  return command_template(command, options).expand(7, values).argv.to_vector();
}

/// Of a script: the script without what sets its variables, then the items.
words filled_script(const std::string& text, const items& values = {"v"},
                    const template_options& options = {}) {
  auto all = argv({text}, values, options);
  REQUIRE(all.size() >= 3);
  REQUIRE(all[1] == "-c");
  all.erase(all.begin(), all.begin() + 2);
  if (all.size() == 1) return all;
  CHECK(all[0].starts_with("weir_1=$1"));
  all[0].erase(0, all[0].find("; ", all[0].find(" shift")) + 2);
  CHECK(all[1] == "sh");
  all.erase(all.begin() + 1);
  return all;
}

std::string text(const std::string& script, const items& values = {"v"}) {
  return command_text(command_template(words{script}).expand(7, values));
}

}  // namespace

TEST_CASE("placeholders fill the arguments of a command of several words") {
  CHECK(argv({"gzip", "-9", "{}"}, {"it's a"}) == words{"gzip", "-9", "it's a"});
  CHECK(argv({"cp", "{}", "{.}.bak"}, {"a.c"}) == words{"cp", "a.c", "a.bak"});
  CHECK(argv({"x", "{#}-{}{}", "{{}}"}, {"a"}) == words{"x", "7-aa", "{a}"});
  CHECK(argv({"x", "{foo}", "{}"}, {"a"}) == words{"x", "{foo}", "a"});
  CHECK(argv({"x", "{3}", "{1}"}, {"a"}) == words{"x", "", "a"});
  CHECK(argv({"x", "{3//}", "{3//}y"}, {"a"}) == words{"x", "", "y"});
  CHECK(argv({"{}"}, {}) == words{""});
  CHECK(argv({"x", "", "{}"}, {""}) == words{"x", "", ""});
}

TEST_CASE("items are appended unless there is any placeholder, of a number too") {
  CHECK(argv({"gzip", "-9"}, {"a", "b"}) == words{"gzip", "-9", "a", "b"});
  CHECK(argv({"gzip"}, {"a b"}) == words{"gzip", "a b"});
  CHECK(argv({"echo", "{foo}"}, {"a"}) == words{"echo", "{foo}", "a"});
  CHECK(argv({"echo", "{#}"}, {"a"}) == words{"echo", "7"});  // as GNU parallel
  CHECK(argv({"echo", "{%}"}, {"a"}) == words{"echo", ""});
  template_options fixed;
  fixed.append_items = false;
  CHECK(argv({"gzip", "-9"}, {"a"}, fixed) == words{"gzip", "-9"});
}

TEST_CASE("no item is appended to a word that ends a loop, a condition or a block") {
  const auto error = [](const std::string& script, const char* shell) {
    template_options options;
    options.shell = shell;
    try {
      argv({script}, {"x"}, options);
      return std::string();
    } catch (const usage_error& told) {
      return std::string(told.what());
    }
  };
  const auto after = [](const std::string& word) {
    return "the command ends in " + word +
           ", after which no item can be appended: write {} where the item goes";
  };
  CHECK(error("for i in 1 2; do echo $i; done", "") == after("done"));
  CHECK(error("while read x; do echo; done <f", "") == after("done"));
  CHECK(error("if a; then b; fi\n", "") == after("fi"));
  CHECK(error("case a in a) b ;; esac", "") == after("esac"));
  CHECK(error("case a in a) b; esac", "") == after("esac"));
  CHECK(error("f() { a; }", "") == after("}"));
  CHECK(error("a && { b; } 2>&1", "") == after("}"));
  CHECK(error("[[ a = b ]]", "bash") == after("]]"));
  CHECK(error("for i in 1 2; echo $i; end", "fish") == after("end"));
  for (const auto* script : {"for i in 1; do a; done | sort", "echo done", "a; echo fi", "\"done\"",
                             "f() { a; }; f", "a; [ x ]"})
    CHECK(error(script, "").empty());
}

TEST_CASE("in fish and csh, too, no item is appended where it would be a command of its own") {
  const auto is_refused = [](const std::string& script, const char* shell) {
    template_options options;
    options.shell = shell;
    try {
      argv({script}, {"x"}, options);
      return false;
    } catch (const usage_error& error) {
      return std::string(error.what()).find("would be run as a command") != std::string::npos;
    }
  };
  for (const auto* script : {"true;", "true &", "a |", "a &&", "a ||\n", "true; and", "true; not",
                             "true; if", "X=1 ", "a; X=1 command", "begin;", "while", "exec"}) {
    INFO(script);
    CHECK(is_refused(script, "fish"));
  }
  for (const auto* script : {"true;", "true &", "a |", "a &&", "a; nice +5", "a; repeat 3",
                             "if (1)", "a; time", "(a)"}) {
    INFO(script);
    CHECK(is_refused(script, "tcsh"));
  }
  for (const auto* script : {"true; echo", "echo (a)", "a; and b", "for f in", "X=1 a", "set x"})
    CHECK_FALSE(is_refused(script, "fish"));
  for (const auto* script : {"true; echo", "a; nice +5 b", "if (1) a", "echo `a`"})
    CHECK_FALSE(is_refused(script, "tcsh"));
}

TEST_CASE("no item is appended where it would be a command of its own") {
  for (const auto* script : {"true;",
                             "true &",
                             "server >/dev/null 2>&1 &",
                             "a |",
                             "a &&",
                             "a ||\n",
                             "X=1 ",
                             "X=1 Y=\"z\"",
                             "!",
                             "a; !",
                             "a && exec",
                             "a; exec -a name",
                             "a; X=1 command",
                             "for i in 1; do",
                             "{",
                             ">out",
                             "2>&1",
                             "a; 2>x",
                             "a |& time -p",
                             "(a)",
                             "a; b() ",
                             "x=(1 2)"}) {
    INFO(script);
    for (const auto* shell : {"", "bash", "dash", "zsh"}) {
      template_options options;
      options.shell = shell;
      CHECK_THROWS_AS(command_template(words{script}, options), usage_error);
      options.append_items = false;
      CHECK_NOTHROW(command_template(words{script}, options));
    }
    CHECK_NOTHROW(command_template(words{std::string(script) + " {}"}));
  }
  for (const auto* script :
       {"a; b", "a & b", "a | b\n", "X=1 a;b -", "! a", "a && exec b", "a <x", "a 2>&1",
        "if a; then b; fi; c\n\n", "a; echo", "a && sudo", "[ a ] && b"})
    CHECK(argv({script}, {"v"}).back() == "v");
}

TEST_CASE("a script of a hundred thousand placeholders is read in one pass") {
  for (const auto* piece :
       {"{} ", "\"$((${y:-1}))\" {} ", "{}", "\"{}\"{} ", "$(a {}) ", "a {};"}) {
    std::string script = "echo ; echo x";
    while (script.size() < 300'000) script += piece;
    const std::vector<std::string_view> values{"v"};
    CHECK(command_template(words{script}).expand(1, values).argv.size() > 1);
  }
}

TEST_CASE("the slot's place is marked, for it is not known yet") {
  const command_template command(words{"x", "{}", "s-{%}", "{%}{#}{%}"});
  job_spec job = command.expand(7, items{"a", "b"});
  CHECK(job.slot_marks == std::vector<slot_mark>{{3, 2}, {4, 0}, {4, 1}});
  CHECK(with_slot(job, 12).to_vector() == words{"x", "a", "b", "s-12", "12712"});
}

TEST_CASE("a batch gives an argument each, or is joined within a word") {
  CHECK(argv({"x", "{}", "y"}, {"a", "b c"}) == words{"x", "a", "b c", "y"});
  CHECK(argv({"x", "{/.}"}, {"p/a.b", "c"}) == words{"x", "a", "c"});
  CHECK(argv({"x", "a{}b"}, {"1", "2"}) == words{"x", "a1 2b"});
  CHECK(argv({"x", "{1}", "{2}", "{-1}"}, {"a", "b", "c"}) == words{"x", "a", "b", "c"});
  CHECK(argv({"x", "{1}", "{2}"}, {"c"}) == words{"x", "c", ""});
  CHECK(argv({"x", "{}"}, {}) == words{"x"});
}

TEST_CASE("a script without shell syntax is executed directly") {
  CHECK(argv({"gzip -9 {}"}, {"a b"}) == words{"gzip", "-9", "a b"});
  CHECK(argv({"gzip -9"}, {"a b"}) == words{"gzip", "-9", "a b"});
  CHECK(argv({"x 'a b' \"c {}\" d\\ e ''"}, {"v"}) == words{"x", "a b", "c v", "d e", ""});
  CHECK(argv({"x {} \"{}\""}, {"a", "b"}) == words{"x", "a", "b", "a b"});
  CHECK_FALSE(command_template(words{"gzip -9 {}"}).is_script());
  CHECK(command_template(words{"{} -9"}).is_script());  // the item may name a builtin
  for (const auto* needs_shell : {"cd {}", "A=1 x {}", "x {} > y", "x *.c", "x ~", "x $y", "! x",
                                  "x # y", "x {a,b}", "x \"$y\"", "x 'open", "'echo' {}"}) {
    INFO(needs_shell);
    CHECK(command_template(words{needs_shell}, {.append_items = false}).is_script());
  }
}

TEST_CASE("a placeholder in a script is a reference to a variable, by where it stands") {
  CHECK(filled_script("x; y {}") == words{"x; y \"$weir_1\"", "v"});
  CHECK(filled_script("x; y \"a {} b\"") == words{"x; y \"a ${weir_1} b\"", "v"});
  CHECK(filled_script("x; y 'a {} b'") == words{"x; y 'a '\"$weir_1\"' b'", "v"});
  CHECK(filled_script("x; y \"$(z {} '{}' \"{}\")\"") ==
        words{"x; y \"$(z \"$weir_1\" ''\"$weir_1\"'' \"${weir_1}\")\"", "v"});
  CHECK(filled_script("cat <<E\n{} \"{}\"\nE\ny {}") ==
        words{"cat <<E\n${weir_1} \"${weir_1}\"\nE\ny \"$weir_1\"", "v"});
  CHECK(filled_script("x \"${a:-{}}\" ${a:-{}} \"${a#{}}\" ${#a}") ==
        words{"x \"${a:-${weir_1}}\" ${a:-\"$weir_1\"} \"${a#\"$weir_1\"}\" ${#a}", "v"});
  CHECK(filled_script("x `y {} # z`") == words{"x $(y \"$weir_1\" # z\n)", "v"});
  CHECK(filled_script("x `y` {}") == words{"x `y` \"$weir_1\"", "v"});
  CHECK(filled_script("x $((1 + {}))", {"4"}) == words{"x $((1 + ${weir_1}))", "4"});
  CHECK(filled_script("x $((a) | b '{}')") == words{"x $((a) | b ''\"$weir_1\"'')", "v"});
  CHECK(filled_script("x; y # {}") == words{"x; y # {}"});
  CHECK(filled_script("x \"\\{}\" \\{}") == words{"x \"\\\\${weir_1}\" \\{}", "v"});
  CHECK(filled_script("x $(case {} in a) b;; (c) d;; esac) '{}'") ==
        words{"x $(case \"$weir_1\" in a) b;; (c) d;; esac) ''\"$weir_1\"''", "v"});
}

TEST_CASE("variables of the shell stay the shell's") {
  CHECK(filled_script("x ${1} ${name} $$ {}", {"v"}, {.names = {"name"}}) ==
        words{"x ${1} ${name} $$ \"$weir_1\"", "v"});
}

TEST_CASE("equal placeholders share a variable") {
  CHECK(filled_script("x; {1} {2} {1} {1.}", {"a.b", "c"}) ==
        words{"x; \"$weir_1\" \"$weir_2\" \"$weir_1\" \"$weir_3\"", "a.b", "c", "a"});
  const auto ten = filled_script("x; {1}{2}{3}{4}{5}{6}{7}{8}{9}{10} '{10}'", {});
  CHECK(ten.front().ends_with("\"$weir_9\"\"$weir_10\" ''\"$weir_10\"''"));
  CHECK(ten.size() == 11);
}

TEST_CASE("a batch in a script gives a word each, and is joined within quotes") {
  CHECK(filled_script("x; {} \"{}\"", {"a", "b c"}) ==
        words{"x; \"$weir_2\" \"$weir_3\" \"${weir_1}\"", "a b c", "a", "b c"});
  CHECK(filled_script("x; {} {/}", {"p/a", "b"}) ==
        words{"x; \"$weir_1\" \"$weir_2\" \"$weir_3\" \"$weir_4\"", "p/a", "b", "a", "b"});
  CHECK(filled_script("x; y", {"a", "b"}) == words{"x; y \"$weir_1\" \"$weir_2\"", "a", "b"});
}

TEST_CASE(
    "a script takes its items at its end, but not into a quote, a comment or a here-document") {
  CHECK(filled_script("x | y\n\n") == words{"x | y \"$weir_1\"", "v"});
  CHECK(filled_script("x; y\\ ") == words{"x; y\\  \"$weir_1\"", "v"});
  for (const auto* closed :
       {"x; 'a", "x; \"a", "x; # c", "x; # c\n", "cat <<E\na\nE\n", "cat <<E\na\nE"}) {
    INFO(closed);
    CHECK_THROWS_AS(command_template(words{closed}), usage_error);
  }
}

TEST_CASE("where a shell cannot take data a placeholder is refused") {
  for (const auto* refused : {"cat <<'a b'\n{}\na b\n", "cat <<{}\na\n", "x ${{}}", "x; $'{}'"}) {
    INFO(refused);
    CHECK_THROWS_AS(command_template(words{refused}), usage_error);
  }
  CHECK_NOTHROW(command_template(words{"cat <<'E'\n$x\nE\necho {}"}));
  CHECK_THROWS_AS(command_template(words{"x " + std::string(1000, '(') + "{}"}), usage_error);
  CHECK_THROWS_AS(command_template(words{"  "}), usage_error);
}

TEST_CASE("what a shell evaluates as a number is refused when it is more") {
  const command_template sum(words{"echo $(({} + 1))"});
  CHECK(sum.expand(1, items{"-0x1F"}).refused.empty());
  CHECK(sum.expand(1, items{"a[$(touch x)]"}).refused ==
        "\"a[$(touch x)]\" is used where the shell evaluates a number, but is not one");
  const command_template bash(words{"(( {} > 1 ))"}, {.shell = "/bin/bash"});
  CHECK_FALSE(bash.expand(1, items{"a[$(touch x)]"}).refused.empty());
  const command_template index(words{"echo ${a[{}]}"}, {.shell = "/bin/bash"});
  CHECK_FALSE(index.expand(1, items{"$(touch x)"}).refused.empty());
}

TEST_CASE("the text of a script shows the values, bare where they can be") {
  CHECK(text("x < {} > {.}.gz", {"a.log"}) == "x < a.log > 'a'.gz");
  CHECK(text("sleep {}; y", {"3"}) == "sleep 3; y");
  CHECK(text("x {}>y", {"3"}) == "x '3'>y");
  CHECK(text("x; {}", {"if"}) == "x; 'if'");
  CHECK(text("x; {}", {"A=1"}) == "x; 'A=1'");
  CHECK(text("x; \"a {}\"", {"it's"}) == "x; \"a it's\"");
  CHECK(text("x; \"a {}\"", {"$b"}) == "x; \"a \"'$b'\"\"");
  CHECK(text("x; {%}") == "x; {%}");
  CHECK(text("cat <<E\n{}\nE", {"a\nE"}).starts_with("/bin/sh -c "));
}

TEST_CASE("a script that begins like an option is still the script") {
  CHECK(filled_script("-x; {}").front() == "-x; \"$weir_1\"");
  CHECK(argv({"-x; y"}, {}, {.append_items = false}).back() == " -x; y");
  CHECK(argv({"+x; y"}, {}, {.append_items = false}).back() == " +x; y");
}

TEST_CASE("the script of a shell that is named as the command takes items as variables too") {
  CHECK(argv({"bash", "-lc", "x {} | y"}, {"$(z)"}) ==
        words{"bash", "-lc", "weir_1=$1; shift; x \"$weir_1\" | y", "bash", "$(z)"});
  CHECK(text("x; {}") == "x; v");
  CHECK(argv({"sh", "-c", "x '{}'"}, {"v"}) ==
        words{"sh", "-c", "weir_1=$1; shift; x ''\"$weir_1\"''", "sh", "v"});
  CHECK(argv({"sh", "-c", "{}"}, {"x | y"}) == words{"sh", "-c", "x | y"});  // meant to be run
  CHECK(argv({"sh", "-c", "x \"$1\"", "_", "{}"}, {"v"}) ==
        words{"sh", "-c", "x \"$1\"", "_", "v"});
  CHECK(argv({"sh", "-c", "x"}, {"v"}) == words{"sh", "-c", "x", "v"});
  CHECK(argv({"grep", "-c", "a{}"}, {"v"}) == words{"grep", "-c", "av"});
}

TEST_CASE("a shell that was asked for is always run") {
  const command_template command(words{"gzip {}"}, {.shell = "/usr/bin/fish"});
  CHECK(command.is_script());
  CHECK(command.expand(1, items{"a"}).argv.at(0) == "/usr/bin/fish");
}

TEST_CASE("a form can be demanded, as a manifest does") {
  template_options options{
      .append_items = false, .names_only = true, .form = template_form::script};
  options.names = {"dir"};
  CHECK(argv({"eslint {dir} {}"}, {"a b"}, options) ==
        words{"/bin/sh", "-c", "weir_1=$1; shift; eslint \"$weir_1\" {}", "sh", "a b"});
  options.form = template_form::argv;
  CHECK(argv({"a b; {dir}"}, {"c"}, options) == words{"a b; c"});
}

TEST_CASE("a text with placeholders is filled in without any quoting") {
  const text_template tag("{#}:{1/}:{%}", {});
  CHECK(tag.expand(3, items{"a/$b c"}) == "3:$b c:{%}");
}
