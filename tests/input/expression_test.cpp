// {= EXPR =}, --rpl and --plus. Each value was printed by GNU parallel 20221122.
#include <memory>

#include <weir/error.hpp>

#include "input/item_expression.hpp"
#include "input/placeholder.hpp"
#include "support/catch.hpp"

using namespace weir;
using Catch::Contains;

namespace {

std::string changed(const std::string& expression, std::string_view item) {
  return item_expression(expression).apply(item, 7);
}

std::string filled(std::string_view text, const placeholder_syntax& syntax,
                   const std::vector<std::string_view>& items) {
  const placeholder_grammar grammar({}, false, syntax);
  const auto match = grammar.at(text);
  if (!match || match->length != text.size()) return "none";
  std::string value;
  append_value(value, match->found, items, 7);
  return value;
}

std::string plus(std::string_view text, std::string_view item) {
  placeholder_syntax syntax;
  syntax.plus = true;
  return filled(text, syntax, {item});
}

}  // namespace

TEST_CASE("statements of an expression change an item as Perl does") {
  struct row {
    const char *expression, *item, *result;
  };
  const row rows[] = {
      {"s/a/b/", "abcab", "bbcab"},
      {"s/a/b/g", "abcab", "bbcbb"},
      {"$_=$_%2?\":\":\" \"", "3", ":"},
      {"$_ = $_ ? 'y' : lc('N').1", "0", "n1"},
      {"s:\\.[^.]+$::;s:\\.[^.]+$::;", "foo.tar.gz", "foo"},
      {"s{a}{b}", "abcab", "bbcab"},
      {"s/A/q/i", "abcab", "qbcab"},
      {"s/\\//_/g", "A/b.c", "A_b.c"},
      {"s/(.)(.)/$2$1/", "abcab", "bacab"},
      {"s/(.)(.*)/\\u$1$2/", "abcab", "Abcab"},
      {"s/(.*)/\\U$1\\E-$1/", "abc", "ABC-abc"},
      {"s/b*/-/g", "abcab", "-a--c-a--"},
      {"s/(b)|(a)/[$1|$2]/g", "abcab", "[|a][b|]c[|a][b|]"},
      {"s/(.)/uc($1)/e", "abcab", "Abcab"},
      {"s/^/pre /", "x", "pre x"},
      {"s/$/ post/", "x", "x post"},
      {"s/x//||s/a/Z/", "abcab", "Zbcab"},
      {"s/a//||s/b/Z/", "abcab", "bcab"},
      {"tr/a-c/A-C/", "abcab", "ABCAB"},
      {"tr/a-z/b-za/", "abcaz", "bcdba"},
      {"y/a-z//d", "a1b2", "12"},
      {"tr/a-z/x/", "ab1", "xx1"},
      {"chop", "abc", "ab"},
      {"chomp", "abc\n", "abc"},
      {"chomp", "abc", "abc"},
      {"$_=lc($_)", "A/b.C", "a/b.c"},
      {"$_ = uc $_", "abc", "ABC"},
      {"$_=uc", "abc", "ABC"},
      {"$_=ucfirst($_)", "abc", "Abc"},
      {"$_=sprintf(\"%03d\",$_)", "17.5", "017"},
      {"$_=sprintf(\"%.2f\",$_)", "17.5", "17.50"},
      {"$_=sprintf(\"%5s|%-5s|\",$_,$_)", "ab", "   ab|ab   |"},
      {"$_=sprintf(\"%02d%%\",$_)", "5", "05%"},
      {"$_%=2", "5", "1"},
      {"$_=$_*10+1", "17.5", "176"},
      {"$_=-7%3", "", "2"},
      {"$_=-$_", "a", "-a"},
      {"$_=-$_", "3", "-3"},
      {"$_=10/4", "", "2.5"},
      {"$_=(1+2)*3", "", "9"},
      {"$_++", "17", "18"},
      {"$_=int($_/3)", "17.5", "5"},
      {"$_=\"x$_.y\"", "a", "xa.y"},
      {"$_='a\\tb'", "", "a\\tb"},
      {"$_=\"[\".lc($_).\"]\"", "A", "[a]"},
      {"$_ .= \"q\"", "a", "aq"},
      {"$_ ||= \"none\"", "", "none"},
      {"$_ ||= \"none\"", "0", "none"},
      {"$_=length($_)", "abcab", "5"},
      {"$_=substr($_,1)", "abcab", "bcab"},
      {"$_=substr($_,-2,1)", "abcab", "a"},
      {"substr($_,0,2) = \"\"", "abcab", "cab"},
      {"$_=$job->seq()", "a", "7"},
      {"$_=seq()", "a", "7"},
  };
  for (const auto& [expression, item, result] : rows) {
    INFO(expression);
    CHECK(changed(expression, item) == result);
  }
}

TEST_CASE("what is compared or matched decides about statements and values") {
  struct row {
    const char *expression, *item, *result;
  };
  const row rows[] = {
      {"if(/(\\d+)-(\\d+)/) { $_=\"$2-$1\" }", "12-34", "34-12"},
      {"if(/(\\d+)-(\\d+)/) { $_=\"$2-$1\" }", "x", "x"},
      {"$_ = /(\\d+)/ ? $1 : \"none\"", "a12b", "12"},
      {"$_ = /(\\d+)/ ? $1 : \"none\"", "x", "none"},
      {"/(\\d+)/ and $_ = $1+1", "a12b", "13"},
      {"s/(a)b/x/; $_=$1", "ab", "a"},
      {"$_=$1", "ab", ""},
      {"(s/a/b/ or s/c/d/) and $_.=\"!\"", "c", "d!"},
      {"(s/a/b/ or s/c/d/) and $_.=\"!\"", "e", "e"},
      {"!s/a/b/ and $_.=\"!\"", "c", "c!"},
      {"s/a/b/ && s/c/d/", "ac", "bd"},
      {"$_ =~ s/x/y/", "ax", "ay"},
      {"$_ =~ tr/x/y/;", "ax", "ay"},
      {"\"abc\" =~ /b/ and $_ = $&", "1", "b"},
      {"$_ = $_ !~ m{B}i", "ab", ""},
      {"$_ = length $_ > 2 ? \"long\" : \"short\"", "ccc", "long"},
      {"$_ = uc $_ . \"x\"", "a", "AX"},
      {"$_ = uc($_) . \"x\"", "a", "Ax"},
      {"$_ = $_ || \"none\"", "0", "none"},
      {"$_ = $_ && \"some\"", "0", "0"},
      {"$_ = !$_", "0", "1"},
      {"$_ = ($_ > 1) + 1", "2", "2"},
      {"$_ = ($_ > 1) + 1", "0", "1"},
      {"$_ = $_ == 1 ? \"one\" : $_ == 2 ? \"two\" : \"many\"", "2", "two"},
      {"$_++ if $_ > 1; $_ .= \"x\"", "1", "1x"},
      {"$_++ if $_ > 1; $_ .= \"x\"", "2", "3x"},
      {"$_ = qq($_-x) unless $_ eq q(a)", "b", "b-x"},
      {"$_ = 1 if /a/ or /b/", "b", "1"},
      {"if ($_ eq \"a\" and not $_ eq \"b\") { $_=\"A\" } $_.=\"x\"", "a", "Ax"},
      {"if($_==1) { $_=\"x\" } elsif($_==2) { $_=\"y\"; $_.=\"z\" } else { $_=0 }", "2", "yz"},
      {"if($_==1) { $_=\"x\" } elsif($_==2) { $_=\"y\"; $_.=\"z\" } else { $_=0 }", "3", "0"},
      {"unless($_%2) { $_ = \"even\" }", "4", "even"},
      {"substr($_,0,1) eq \"a\" and $_ = \"A\"", "ax", "A"},
  };
  for (const auto& [expression, item, result] : rows) {
    INFO(expression);
    CHECK(changed(expression, item) == result);
  }
}

TEST_CASE("an expression that cannot be read says why") {
  CHECK_THROWS_WITH(item_expression("-e $_ and $_ = 1"), Contains("files are not looked at"));
  CHECK_THROWS_WITH(item_expression("if(! -d $_) { $_ = 1 }"), Contains("not looked at"));
  CHECK_THROWS_WITH(item_expression("/(?=a)/ and $_ = 1"), Contains("not a regular expression"));
  CHECK_THROWS_WITH(item_expression("// and $_ = 1"), Contains("needs a pattern"));
  for (const std::string deep : {"not ", "(", "!", "if($_){", "$_ ? "})
    for (const char* const end : {"$_", "s/a/b/"}) {
      std::string text;
      for (unsigned i = 0; i < 10'000; ++i) text += deep;
      CHECK_THROWS_AS(item_expression(text + end), usage_error);
    }
}

TEST_CASE("what needs Perl is refused with a word about what does not") {
  for (const auto* text : {"`rm x`",
                           "system('x')",
                           "$_=`x`",
                           "if($_==3) { skip() }",
                           "$x=1",
                           "s/a",
                           "s/a/b",
                           "s/a/b/ee",
                           "$_=total_jobs()",
                           "$_=rand()",
                           "@ARGV",
                           "$_=\"@x\"x",
                           "foo",
                           "$_=",
                           "$_=slot().'x'",
                           "$_=sprintf(\"%n\",1)",
                           "$_=sprintf(\"%*d\",1)",
                           "$_=sprintf($_)",
                           "s/(?=a)/b/",
                           "s/\\1/b/",
                           "s/a/$x/",
                           "tr/a/b/z",
                           "$$1",
                           "$_=lc(",
                           "s/a/b/ s/b/c/"}) {
    INFO(text);
    CHECK_THROWS_WITH(item_expression(text), Contains("Perl is not run"));
  }
  CHECK_THROWS_AS(item_expression("$_=" + std::string(100'000, '(')), usage_error);
  CHECK_THROWS_AS(item_expression("$_=" + std::string(100'000, '-') + "1"), usage_error);
}

TEST_CASE("a long item takes a time that grows with its length alone") {
  CHECK(changed("s/(a*)*b$/x/", std::string(1 << 16, 'a')).size() == 1 << 16);
}

TEST_CASE("an expression stands between its braces and takes a position") {
  CHECK(filled("{= s/a/b/ =}", {}, {"a", "xa"}) == "b xb");
  CHECK(filled("{=s/a/b/=}", {}, {"a"}) == "b");
  CHECK(filled("{=2 s/a/b/ =}", {}, {"a", "xa"}) == "xb");
  CHECK(filled("{==}", {}, {"a"}) == "a");
  placeholder_syntax commas;
  commas.open = commas.close = ",,";
  CHECK(filled(",, s/a/b/ ,,", commas, {"a"}) == "b");
  CHECK(placeholder_grammar().at("{= $_=$job->slot() =}")->found.what == placeholder::kind::slot);
  CHECK_FALSE(placeholder_grammar({"a"}, true).at("{= s/a/b/ =}"));
}

TEST_CASE("the placeholders of --plus are those of GNU parallel") {
  struct row {
    const char *text, *item, *result;
  };
  constexpr const char* file = "dir/sub/file.ex1.ex2.ex3";
  const row rows[] = {
      {"{..}", file, "dir/sub/file.ex1"},
      {"{...}", file, "dir/sub/file"},
      {"{+/}", file, "dir/sub"},
      {"{+.}", file, "ex3"},
      {"{+..}", file, "ex2.ex3"},
      {"{+...}", file, "ex1.ex2.ex3"},
      {"{/..}", file, "file.ex1"},
      {"{/...}", file, "file"},
      {"{1..}", file, "dir/sub/file.ex1"},
      {"{-1+/}", file, "dir/sub"},
      {"{:3}", file, "/sub/file.ex1.ex2.ex3"},
      {"{:3:4}", file, "/sub"},
      {"{1:2:3}", file, "r/s"},
      {"{:-my val}", "", "my val"},
      {"{:-my val}", "x", "x"},
      {"{#dir}", file, "/sub/file.ex1.ex2.ex3"},
      {"{#z.*z.}", "z.z.z.foo", "z.foo"},
      {"{##z.*z.}", "z.z.z.foo", "foo"},
      {"{%.z.*z}", "foo.z.z.z", "foo.z"},
      {"{%%.z.*z}", "foo.z.z.z", "foo"},
      {"{%ex3}", file, "dir/sub/file.ex1.ex2."},
      {"{/sub/X}", file, "dir/X/file.ex1.ex2.ex3"},
      {"{//s/Y}", "s/s", "Y/Y"},
      {"{/#dir/T}", file, "T/sub/file.ex1.ex2.ex3"},
      {"{/%ex3/T}", file, "dir/sub/file.ex1.ex2.T"},
      {"{^a}", "abcAaAdef", "AbcAaAdef"},
      {"{^^a}", "abcAaAdef", "AbcAAAdef"},
      {"{,A}", "AbcAaAdef", "abcAaAdef"},
      {"{,,A}", "AbcAaAdef", "abcaaadef"},
      {"{}", file, file},
      {"{/}", "a/b", "b"},
  };
  for (const auto& [text, item, result] : rows) {
    INFO(text);
    CHECK(plus(text, item) == result);
  }
  for (const auto* text : {"{##}", "{choose_k}", "{uniq}"})
    CHECK_THROWS_WITH(plus(text, "x"), Contains("Perl is not run"));
  CHECK(filled("{..}", {}, {"a.b.c"}) == "none");
}

TEST_CASE("an expression that may know its job asks how many there are, and can skip it") {
  const auto facts = std::make_shared<job_facts>();
  const auto with_facts = [&](const std::string& text, std::string_view item) {
    return item_expression(text, {}, facts).apply(item, 7);
  };
  facts->total = 120;
  CHECK_FALSE(facts->wants_total);
  CHECK(with_facts("$_=seq().\"/\".total_jobs()", "x") == "7/120");
  CHECK(facts->wants_total);
  placeholder_syntax syntax;
  syntax.plus = true;
  syntax.facts = facts;
  CHECK(filled("{##}", syntax, {"x"}) == "120");
  CHECK(filled("{0#}", syntax, {"x"}) == "007");

  struct row {
    std::string expression;
    std::vector<std::string_view> items;
    bool skips;
  };
  const std::vector<row> rows{
      {"if($_==3) { skip() }", {"3"}, true},
      {"if ($_ == 3) {skip();};", {"4"}, false},
      {"if($arg[1]==$arg[2]) { skip() }", {"1", "1"}, true},
      {"if($arg[1] eq $arg[2]) { skip() }", {"1", "1.0"}, false},
      {"if($arg[1] gt $arg[2]) { $_=1; skip() }", {"b", "a"}, true},
      {"if($_ <= 2) { skip() }", {"2"}, true},
      {"if($arg[9]) { skip() }", {"2"}, false},
      {"skip()", {"2"}, true},
      {"skip", {"2"}, true},
      {"$_ == 2 and skip()", {"2"}, true},
      {"$_ == 2 && skip", {"3"}, false},
      {"$_ == 2 or skip()", {"3"}, true},
      {"skip() if /b/;", {"abc"}, true},
      {"skip() unless $_ =~ /b/", {"abc"}, false},
      {"$arg[1] == $arg[2] || $arg[2] == 3 and skip()", {"1", "3"}, true},
      {"$_ = $_ eq \"a\" ? skip() : $_", {"a"}, true},
      {"s/a/b/; $_ eq \"b\" or skip();", {"a"}, false},
      {"if($_==1) { skip() } else { $_=\"x\" }", {"2"}, false},
      {"s/x/skip()/e", {"x"}, true},
  };
  for (const auto& [expression, items, skips] : rows) {
    INFO(expression);
    *facts = {0, false, items, false};
    with_facts(expression, items.front());
    CHECK(facts->skipped == skips);
  }
  for (const auto* text : {"if($_==3 { skip() }", "if($_==3) skip()", "if($_==3) { skip()",
                           "$arg[0]", "$_=$arg[0]", "skip(1)", "for $t (1..2){ skip() }"})
    CHECK_THROWS_WITH(with_facts(text, "3"), Contains("Perl is not run"));
}

TEST_CASE("a tag stands for what its expression makes of an item") {
  placeholder_syntax syntax;
  for (const auto* text :
       {".. s:\\.[^.]+$::", "{%(.+?)} s/$$1$//", "{/(.+?)/(.*?)} s/$$1/$$2/", ",,"})
    syntax.tags.push_back(parse_tag(text));
  CHECK(filled("..", syntax, {"a.b"}) == "a");
  CHECK(filled("{%.gz}", syntax, {"a.gz"}) == "a");
  CHECK(filled("{2%.gz}", syntax, {"a.gz", "b.gz"}) == "b");
  CHECK(filled("{/a/b}", syntax, {"a"}) == "b");
  CHECK(filled(",,", syntax, {"a", "b"}) == "a b");
  syntax.braces = false;
  CHECK(filled("{}", syntax, {"a"}) == "none");
  CHECK(filled("{.}", syntax, {"a.b"}) == "a");
  CHECK_THROWS_AS(parse_tag(" s/a/b/"), usage_error);
  CHECK_THROWS_AS(parse_tag("{(*)} s/a/b/"), usage_error);
}

TEST_CASE("what Perl reads in another way is refused, not taken as it stands") {
  for (const char* const text :
       {R"(s/1/\x41/)", R"(s/1/\041/)", R"($_="\c[")", R"($_="\101")", R"($_="@a")", R"(s/1/a@b/)",
        "$_=010", "$_=1..3", R"(tr/a/\x41/)", "tr/z-a/b/", "$_=$_--1", "$_=2**3", "$_=0x10",
        "$_='a' x 3", "$_=1_000", "$_=1e3"}) {
    INFO(text);
    CHECK_THROWS_AS(item_expression(text), usage_error);
  }
  CHECK(item_expression(R"($_="a\@b\e\a")").apply("x", 1) == "a@b\x1b\a");
  CHECK(item_expression("s/1/@/").apply("1", 1) == "@");
  CHECK(item_expression("$_=0.5+0").apply("x", 1) == "0.5");
  CHECK(item_expression("$_=1 . 'a'").apply("x", 1) == "1a");
  CHECK(item_expression("$_=0 . 'a'").apply("x", 1) == "0a");
  CHECK(item_expression("$_=12345678*87654321").apply("x", 1) == "1082152022374638");
}
