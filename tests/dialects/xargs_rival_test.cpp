// weir in xargs' place, and xargs itself: the same output and exit status, script for script.
#include <regex>
#include <set>
#include <utility>

#include "beside_xargs.hpp"
#include "dialects/xargs.hpp"

using namespace test;
using namespace test::beside_xargs;

TEST_CASE("every option that xargs tells of is in the table") {
  if (!is_findutils()) return;
  test_space t;
  const std::string help = t.shell("xargs --help").out;
  const std::regex option("^ +(-[^ ].*?)(?:  .*)?$"), name("(?:^|[ ,])(--?[A-Za-z0-9-]+)");
  std::set<std::string> found;
  for (const std::string& line : lines(help)) {
    std::smatch options;
    if (!std::regex_match(line, options, option)) continue;
    const std::string names = options[1];
    for (std::sregex_iterator at(names.begin(), names.end(), name), end; at != end; ++at)
      found.insert((*at)[1].str().substr(0, (*at)[1].str()[1] == '-' ? std::string::npos : 2));
  }
  REQUIRE(found.size() > 30);
  for (const std::string& each : found) {
    INFO(each);
    bool known = false;
    for (const auto& row : weir::xargs_options()) known = known || row.is_called(each);
    CHECK(known);
  }
}

TEST_CASE("the examples of xargs' page do the same") {
  if (!is_findutils()) return;
  const std::string files = "mkdir d; touch d/core 'd/a core' d/x; cd d; ";
  same_as_xargs(files + "find . -name core -type f -print | \"$@\" /bin/rm -f; ls");
  same_as_xargs(files + "find . -name '*core' -type f -print0 | \"$@\" -0 /bin/rm -f; ls");
  same_as_xargs("cut -d: -f1 < /etc/passwd | sort | \"$@\" echo");
}

TEST_CASE("words, lines and records are the same") {
  if (!is_findutils()) return;
  unsigned which = 0;
  for (const char* const options :
       {"", "-n1", "-n2", "-L1", "-l", "-L2", "-I% echo '<%>'", "-i echo '<{}>'", "-0 -n1",
        "-d: -n1", "-d '\\n' -n1", "-x -n3", "-s 20", "-s 20 -n 2", "-E end", "-e", "-r -n1"}) {
    // Each input with every other option, and the other way round.
    bool wanted = which++ % 2 == 0;
    std::string script;
    for (const char* const input :
         {"", "\\n", "  \\n\\t\\n", "a", "a b c\\n", "a b \\nc\\nd e\\n", "  a\\n\\n b\\n",
          "\"a b\" c\\n", "a\\\\ b c\\n", "it\\\\'s\\n", "'' x\\n", "x ''\\n", "x\\nend\\ny\\n",
          "a:b::c\\n", "a\\0b\\0", "one two three four five six seven\\n"}) {
      if (!std::exchange(wanted, !wanted)) continue;
      if (std::string(input).find("\\0") != std::string::npos && std::string(options) != "-0 -n1")
        continue;
      script += std::string("printf '") +
                (std::string(input).find('\'') == std::string::npos
                     ? input
                     : "'\"" + std::string(input) + "\"'") +
                "' | \"$@\" " + options + " 2> err; echo \"= $?\"; test -s err && echo said; ";
    }
    same_as_xargs(script);
  }
}

TEST_CASE("lines and words are too long where they are for xargs") {
  if (!is_findutils()) return;
  const auto both = [](const std::string& options, const std::string& word) {
    for (const char* const before : {"", "a\\n"})
      same_as_xargs("printf '" + (before + word) + "\\nc\\n' | \"$@\" -s 12 " + options);
  };
  for (const char* const options : {"-i echo", "-I% echo %", "-n1", "-d:"})
    for (const std::size_t length : {5, 6, 7, 11, 12}) both(options, std::string(length, 'b'));
  for (const char* const options : {"-i echo", "-n1", "-d:"})
    for (const std::size_t length : {4, 5, 9}) both(options, "b\\0" + std::string(length, 'b'));
}

TEST_CASE("long inputs make the same command lines") {
  if (!is_findutils()) return;
  same_as_xargs("seq 30000 | \"$@\" | cksum");
  same_as_xargs("seq 30000 | tr '\\n' ' ' | \"$@\" | cksum");
  same_as_xargs("seq 3000 | \"$@\" -s 1000 echo | cksum");
  same_as_xargs("seq 1000 | \"$@\" -n 7 echo | cksum");
  same_as_xargs("seq 20000 | \"$@\" -s 100000 -L 90 -x echo | cksum");
}

TEST_CASE("a word that a NUL leaves empty is an argument, also the last one") {
  if (!is_findutils()) return;
  for (const char* const input :
       {"x \\000", "x{}y@ a \\047\\047\\000", "x \\000 y", "\\000\\n", "a\\000b c"})
    same_as_xargs("printf '" + std::string(input) + "' | \"$@\" printf '[%s]' 2>/dev/null");
}

TEST_CASE("statuses are the same") {
  if (!is_findutils()) return;
  const char* const scripts[] = {
      "seq 3 | \"$@\" -n1 sh -c 'echo $0; exit 3'",
      "seq 3 | \"$@\" -n1 sh -c 'echo $0; exit 126'",
      "seq 3 | \"$@\" -n1 sh -c 'echo $0; exit 127'",
      "seq 3 | \"$@\" -n1 sh -c 'echo $0; exit 254'",
      "seq 3 | \"$@\" -n1 sh -c 'echo $0; exit 255'",
      "seq 3 | \"$@\" -n1 sh -c 'echo $0; kill -9 $$'",
      "seq 3 | \"$@\" -n1 sh -c 'echo $0; kill -TERM $$'",
      "seq 3 | \"$@\" -n1 no-such-program-here",
      "seq 3 | \"$@\" -n1 ./no/such",
      "seq 3 | \"$@\" -n1 /etc/passwd",
      "seq 3 | \"$@\" -n1 /",
      "seq 3 | \"$@\" -n1 -P3 sh -c 'exit 1'",
      "\"$@\" --no-such-option",
      "\"$@\" -n x < /dev/null",
      "\"$@\" -n 0 < /dev/null",
      "\"$@\" -a no-such-file echo",
      "echo \"'\" | \"$@\"",
      "echo aaaaaaaaaaaaaaaaaa | \"$@\" -s 10",
      "\"$@\" -s 3 echo < /dev/null",
      "\"$@\" false < /dev/null",
      "\"$@\" < /dev/null",
  };
  for (const char* const script : scripts) same_as_xargs(script);
}

TEST_CASE("what jobs read is the same") {
  if (!is_findutils()) return;
  same_as_xargs("seq 3 | \"$@\" -n1 sh -c 'cat; echo $0'");
  same_as_xargs("seq 2 > items; seq 10 14 | \"$@\" -a items -n1 sh -c 'read x; echo $0 $x'");
  same_as_xargs("seq 2 > items; \"$@\" -a items -n1 < items sh -c 'read x; echo $0 $x'");
  same_as_xargs("seq 3 | \"$@\" -a - echo");
  same_as_xargs("seq 3 | \"$@\" -n1 --process-slot-var=S sh -c 'echo $S'");
  same_as_xargs("seq 3 | S=7 \"$@\" -n1 --process-slot-var=S env | grep ^S=");
}

TEST_CASE("options may be spelt as getopt_long allows") {
  if (!is_findutils()) return;
  same_as_xargs("seq 4 | \"$@\" --max-args 2 echo");
  same_as_xargs("seq 4 | \"$@\" --max-ar=2 echo");
  same_as_xargs("seq 4 | \"$@\" --max=2 echo");
  same_as_xargs("seq 4 | \"$@\" -rn2 echo -n");
  same_as_xargs("seq 4 | \"$@\" -n2 -- echo --");
  same_as_xargs("printf 'a\\nb\\n' | \"$@\" --replace=X echo X-X");
  same_as_xargs("printf 'a b\\n' | \"$@\" --max-lines echo");
  same_as_xargs("printf 'a x b\\n' | \"$@\" --eof=x echo");
}
