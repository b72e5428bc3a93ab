// Numbers of {= EXPR =}. Each value was printed by GNU parallel 20221122, or by Perl 5.36.
#include <string>
#include <string_view>

#include "input/item_expression.hpp"
#include "support/catch.hpp"

using namespace weir;

namespace {

std::string calculated(const std::string& expression, std::string_view item) {
  return item_expression(expression).apply(item, 7);
}

}  // namespace

TEST_CASE("numbers are whole as long as 64 bits hold them, and doubles beyond, as in Perl") {
  struct row {
    const char *expression, *item, *result;
  };
  const row rows[] = {
      {"$_=$_+1", "1795988108123456789", "1795988108123456790"},
      {"$_++", "1795988108123456789", "1795988108123456790"},
      {"$_=$_*1", "1e16", "10000000000000000"},
      {"$_=$_+1", "18446744073709551614", "18446744073709551615"},
      {"$_=$_+1", "18446744073709551615", "1.84467440737096e+19"},
      {"$_=$_-1", "-9223372036854775808", "-9.22337203685478e+18"},
      {"$_=$_*-1", "9223372036854775808", "-9223372036854775808"},
      {"$_=$_*4294967297", "4294967295", "18446744073709551615"},
      {"$_=$_*4294967296", "4294967296", "1.84467440737096e+19"},
      {"$_=$_/3", "18446744073709551615", "6148914691236517205"},
      {"$_=$_/4", "123456789012345678", "3.08641972530864e+16"},
      {"$_=$_/3*3", "1", "1"},
      {"$_/=3; $_*=3", "10", "10"},
      {"$_=$_%7", "1e30", "5"},
      {"$_=-1%$_", "18446744073709551615", "18446744073709551614"},
      {"$_=10%-3", "", "-2"},
      {"$_=-10.7%3.9", "", "2"},
      {"$_=$_==9007199254740992", "9007199254740993", ""},
      {"$_=$_>-1", "18446744073709551615", "1"},
      {"$_=int($_)", "-9007199254740993", "-9007199254740993"},
      {"$_=int($_)", "1e20", "1e+20"},
      {"$_=abs($_)", "-9223372036854775808", "9223372036854775808"},
      {"$_+=1", "inf", "Inf"},
      {"$_+=1", "-Infinity", "-Inf"},
      {"$_-=$_", "inf", "NaN"},
      {"$_+=1", "nan", "NaN"},
      {"$_=$_==$_", "nan", ""},
      {"$_+=1", " 3 ", "4"},
      {"$_+=1", "0x10", "1"},
      {"$_+=1", "1_000", "2"},
      {"$_+=1", "3abc", "4"},
      {"$_+=1", "1e", "2"},
      {"$_+=1", "++5", "1"},
      {"$_+=0", "-0.0", "0"},
      {"$_=-$_", "-3abc", "+3abc"},
      {"$_=-$_", "+3", "-3"},
      {"$_=-$_", " 3", "-3"},
      {"$_=sprintf('%d',$_)", "1e30", "-1"},
      {"$_=sprintf('%d',$_)", "-1e30", "-9223372036854775808"},
      {"$_=sprintf('%d',$_)", "9223372036854775807", "9223372036854775807"},
      {"$_=sprintf('%u',$_)", "18446744073709551615", "18446744073709551615"},
      {"$_=sprintf('%x',$_)", "-1", "ffffffffffffffff"},
      {"$_=sprintf('%05d|%+.1f',$_,$_)", "inf", "00Inf|+Inf"},
      {"$_=sprintf('%05s|%-4s|%.1s',$_,$_,$_)", "ab", "000ab|ab  |a"},
      {"$_=sprintf('%c%3c',$_,66)", "65.9", "A  B"},
  };
  for (const auto& [expression, item, result] : rows) {
    INFO(expression << " of " << item);
    CHECK(calculated(expression, item) == result);
  }
}

TEST_CASE("++ counts on in letters and digits that were not taken for a number, as in Perl") {
  struct row {
    const char *expression, *item, *result;
  };
  const row rows[] = {
      {"$_++", "a9", "b0"},      {"$_++", "zz", "aaa"},        {"$_++", "Az", "Ba"},
      {"$_++", "zZ9", "aaA0"},   {"$_++", "007", "008"},       {"$_++", "99", "100"},
      {"$_++", "a-9", "1"},      {"$_++", "9Z", "10"},         {"$_++", "", "1"},
      {"$_++", "1.5", "2.5"},    {"$_++", "1e3", "1001"},      {"$_++", "-3", "-2"},
      {"$_--", "a9", "-1"},      {"$_--", "", "-1"},           {"++$_ if $_>3", "007", "8"},
      {"$_++; $_++", "z", "ab"}, {"$_++ or $_='x'", "0", "x"}, {"++$_ or $_='x'", "0", "1"},
  };
  for (const auto& [expression, item, result] : rows) {
    INFO(expression << " of " << item);
    CHECK(calculated(expression, item) == result);
  }
}

TEST_CASE("substr takes what is inside of the text, as in Perl") {
  struct row {
    const char *expression, *result;
  };
  const row rows[] = {
      {"$_=substr($_,-5)", "abc"},
      {"$_=substr($_,-5,3)", "a"},
      {"$_=substr($_,-5,1)", ""},
      {"$_=substr($_,5)", ""},
      {"$_=substr($_,1,-5)", ""},
      {"$_=substr($_,-2,-1)", "b"},
      {"$_=substr($_,'1.9')", "bc"},
      {"$_=substr($_,0,99999999999999999999)", "ab"},
      {"$_=substr($_,18446744073709551615)", ""},
      {"substr($_,-5,4)='x'", "xc"},
      {"substr($_,3,0)='x'", "abcx"},
  };
  for (const auto& [expression, result] : rows) {
    INFO(expression);
    CHECK(calculated(expression, "abc") == result);
  }
}

TEST_CASE("an expression that Perl would die of has no value") {
  for (const char* const text :
       {"$_=10/$_", "$_=10%$_", "$_/=$_", "$_%=$_", "$_=1/0", "$_=5%0.5", "$_=1/'abc'",
        "s{0}{1/$_}e", "$_ == 0 and $_ = 1/$_", "substr($_,2)='x'", "substr($_,-3,1)='x'",
        "$_=sprintf('%c',$_)", "$_=sprintf('%c',256)", "$_=sprintf('%c','inf')"}) {
    INFO(text);
    CHECK_THROWS_AS(calculated(text, "0"), expression_error);
  }
  CHECK_THROWS_WITH(calculated(" $_=10/$_ ", "0"), "{= $_=10/$_ =} of \"0\": division by zero");
  CHECK(calculated("$_ and $_ = 1/$_", "0") == "0");
}
