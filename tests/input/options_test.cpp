// What option values may look like, and what is refused.
#include <chrono>
#include <string>
#include <vector>

#include <weir/error.hpp>

#include "input/count.hpp"
#include "input/halt.hpp"
#include "input/limit.hpp"
#include "support/catch.hpp"
#include "text/duration.hpp"
#include "text/near_name.hpp"
#include "text/size.hpp"

using namespace weir;
using namespace std::chrono_literals;

namespace {

template <typename Parse>
void refuses(Parse parse, const std::vector<std::string>& texts) {
  for (const auto& text : texts) {
    INFO(text);
    CHECK_THROWS_AS(parse(text), usage_error);
  }
}

auto duration_of = [](std::string_view text) { return parse_duration("--delay", text); };
auto timeout_of = [](std::string_view text) { return parse_timeout("--timeout", text); };
auto limit_of = [](std::string_view text) { return parse_limit("--limit", text, 8); };
auto size_of = [](std::string_view text) { return parse_size("--memfree", text); };
auto halt_of = [](std::string_view text) { return parse_halt("--halt", text); };

}  // namespace

TEST_CASE("durations are seconds, or numbers with units from large to small") {
  CHECK(duration_of("10") == 10s);
  CHECK(duration_of("1.5") == 1500ms);
  CHECK(duration_of("10s") == 10s);
  CHECK(duration_of("1.5s") == 1500ms);
  CHECK(duration_of("1m30s") == 90s);
  CHECK(duration_of("2h") == 2h);
  CHECK(duration_of("1d2h3m4s5ms") == 26h + 3min + 4s + 5ms);
  CHECK(duration_of("250ms") == 250ms);
  CHECK(duration_of("1m5ms") == 1min + 5ms);
  CHECK(duration_of("0") == 0s);
  CHECK(duration_of("0.1s") == 100ms);
  CHECK(duration_of(".2") == 200ms);
  CHECK(duration_of(".5m") == 30s);
  CHECK(duration_of("1.5h") == 90min);
  CHECK(duration_of("5m30s") == 330s);
  CHECK(duration_of("1H30M") == 90min);
  CHECK(duration_of("9223372036s") == 9223372036s);
}

TEST_CASE("what is not a duration is refused") {
  refuses(duration_of, {"",
                        "s",
                        "5x",
                        "-1",
                        "+1",
                        " 1",
                        "1 ",
                        "1s ",
                        "1.s",
                        ".",
                        ".s",
                        ".5.5",
                        "1..5",
                        "1e3",
                        "nan",
                        "inf",
                        "0x1",
                        "30s1m",
                        "1s1s",
                        "1m30",
                        "200%",
                        "10 s",
                        "9223372037s",
                        "1000000d",
                        "99999999999999999999999999",
                        "1\n",
                        std::string("1\0", 2)});
  refuses(timeout_of, {"%", "0%", "-5%", "1s%", "nan%", "1e9%", "200%%", "5x"});
}

TEST_CASE("a timeout may be a share of the median") {
  CHECK(timeout_of("200%") == timeout_value(percent_of_median{200}));
  CHECK(timeout_of("150.5%") == timeout_value(percent_of_median{150.5}));
  CHECK(timeout_of(".5%") == timeout_value(percent_of_median{0.5}));
  CHECK(timeout_of("10s") == timeout_value(std::chrono::nanoseconds(10s)));
}

TEST_CASE("a refusal names the option, what was found and what was expected") {
  try {
    parse_duration("--timeout", "5x\x1b");
    FAIL("accepted");
  } catch (const usage_error& e) {
    CHECK(std::string(e.what()) ==
          "--timeout: \"5x\\x1b\" is not a duration: expected a number of seconds, or one with ms, "
          "s, m, h or d, such "
          "as 1m30s");
  }
}

TEST_CASE("limits are numbers of jobs, or relative to the CPUs") {
  CHECK(limit_of("3") == 3);
  CHECK(limit_of("50%") == 4);
  CHECK(limit_of("+2") == 10);
  CHECK(limit_of("-2") == 6);
  CHECK(limit_of("-8") == 1);
  CHECK(limit_of("-100") == 1);
  CHECK(limit_of("1%") == 1);
  CHECK(limit_of("0%") == 1);
  CHECK(limit_of("200%") == 16);
  CHECK(limit_of("12.5%") == 1);
  CHECK(limit_of("0") == no_limit);
  CHECK(limit_of("+0") == 8);
  refuses(limit_of, {"", "+", "-", "%", "x", "1.5", "+50%", "-50%", "1 ", "--1", "1e3",
                     "99999999999", "+99999999999", "nan", "0x8"});
}

TEST_CASE("sizes have binary units") {
  CHECK(size_of("0") == 0);
  CHECK(size_of("4096") == 4096);
  CHECK(size_of("64K") == 65536);
  CHECK(size_of("64k") == 65536);
  CHECK(size_of("16MiB") == 16777216);
  CHECK(size_of("16MB") == 16777216);
  CHECK(size_of("1.5G") == 1610612736);
  CHECK(size_of(".5K") == 512);
  CHECK(size_of("9223372036854775807") == 9223372036854775807U);
  refuses(size_of, {"", "K", "1.5", "-1", "+1", "1KK", "1 K", "1e3", "9223372036854775808",
                    "9999999999G", "1X", "1iB", "nan", "1.K", "99999999999999999999999"});
}

TEST_CASE("halt rules are GNU parallel's, old and new") {
  using rule = halt_rule;
  CHECK(halt_of("never") == rule{});
  CHECK(halt_of("0") == rule{});
  CHECK(halt_of("1") == halt_of("soon,fail=1"));
  CHECK(halt_of("2") == halt_of("now,fail=1"));
  CHECK(halt_of("-1") == halt_of("soon,success=1"));
  CHECK(halt_of("-2") == halt_of("now,success=1"));
  CHECK(halt_of("20%") == halt_of("soon,fail=20%"));
  CHECK(halt_of("now,fail=3") == rule{rule::urgency::now, rule::event::fail, 3, false});
  CHECK(halt_of("soon,done=100%") == rule{rule::urgency::soon, rule::event::done, 100, true});
  refuses(halt_of, {"", "3", "now", "now,fail", "now,fail=", "now,fail=0", "now,fail=0%",
                    "now,fail=101%", "later,fail=1", "now,fails=1", "now,fail=1x", "now,fail=-1",
                    "now=1,fail", "0%", "now,fail=1%%", "now,fail=99999999999999999999"});
}

TEST_CASE("counts are whole numbers in a range") {
  CHECK(parse_count("-n", "18446744073709551615") == UINT64_MAX);
  CHECK(parse_count("-n", "1", 1, 5) == 1);
  CHECK(parse_signed_count("--nice", "-20", -20, 19) == -20);
  refuses([](std::string_view t) { return parse_count("-n", t, 1, 5); },
          {"", "0", "6", "-1", "+1", "1.0", " 1", "1 ", "0x1", "18446744073709551616"});
  refuses([](std::string_view t) { return parse_signed_count("--nice", t, -20, 19); },
          {"", "-", "-21", "20", "--1", "+1", "9223372036854775808"});
}

TEST_CASE("the near name is a slip away, or is cut short, or has a word in common") {
  const std::vector<std::string> known{"limit", "timeout", "tag", "shield", "needs"};
  CHECK(near_name("limt", known) == "limit");
  CHECK(near_name("timoeut", known) == "timeout");
  CHECK(near_name("sheild", known) == "shield");
  CHECK(near_name("need", known) == "needs");
  CHECK(near_name("tga", known) == "tag");
  CHECK_FALSE(near_name("xyz", known));
  CHECK_FALSE(near_name("t", known));
  CHECK_FALSE(near_name("", known));
  CHECK_FALSE(near_name("timeouting", known));
  const std::vector<std::string> options{"help",    "keep-order", "max-line", "line-buffer",
                                         "retries", "joblog",     "max-args", "jobs",
                                         "resume",  "no"};
  CHECK(near_name("keep", options) == "keep-order");
  CHECK(near_name("hepl", options) == "help");
  CHECK(near_name("retry", options) == "retries");
  CHECK(near_name("line-buffered", options) == "line-buffer");
  CHECK(near_name("line", options) == "line-buffer");
  CHECK(near_name("order", options) == "keep-order");
  CHECK(near_name("max-jobs", options) == "jobs");
  CHECK(near_name("MAX_ARGS", options) == "max-args");
  CHECK(near_name("job-log", options) == "joblog");
  CHECK(near_name("log", options) == "joblog");
  CHECK_FALSE(near_name("max-chars", options));
  CHECK_FALSE(near_name("skip-first-line", std::vector<std::string>{"max-line"}));
  CHECK_FALSE(near_name("lo", options));
  CHECK_FALSE(near_name("nice", std::vector<std::string>{"file"}));
  CHECK_FALSE(near_name("xx-no", options));
  CHECK_FALSE(near_name(std::string(65, 'r'), options));
  CHECK(edit_distance("kitten", "sitting", 5) == 3);
  CHECK(edit_distance("ab", "ba", 5) == 1);
  CHECK(edit_distance("", "abc", 5) == 3);
  CHECK(edit_distance("abcdef", "", 2) == 3);
}
