#include "report/ci_github.hpp"
#include "sample_events.hpp"
#include "support/catch.hpp"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

constexpr std::size_t plenty = 1 << 20;

void fail(github_report& r, const job_spec& j, std::string_view tail = "", unsigned attempts = 1) {
  const auto result = ended_at(10, exited{3}, 1.5);
  r.on(job_ended{j, verdict::failed, attempts, 1, result, tail});
}

void pass(github_report& r, const job_spec& j, unsigned attempts = 1) {
  const auto result = ended_at(10);
  r.on(job_ended{j, verdict::succeeded, attempts, 1, result, ""});
}

}  // namespace

TEST_CASE("an annotation names the job, how it failed and its last lines, in one line") {
  github_report r;
  pass(r, job(1));
  fail(r, job(2, "test: a,b 100%"), "one\r\n::error::two\x1b[31m\n");
  const auto lines = r.annotations();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == "::error title=test%3A a%2Cb 100%25::exit 3%0Aone%0A\\x3a:error::two");
}

TEST_CASE("at most ten annotations, and none for what may fail") {
  github_report r;
  job_spec lenient = job(1);
  job_settings settings;
  settings.allow_failure = true;
  lenient.settings = std::make_shared<const job_settings>(settings);
  fail(r, lenient);
  for (unsigned i = 0; i < 12; ++i) fail(r, job(i));
  CHECK(r.annotations().size() == 10);
}

TEST_CASE("the summary counts, shows failures with their last lines, then what was flaky") {
  github_report r;
  pass(r, job(1));
  pass(r, job(2, "shaky"), 3);
  fail(r, job(3, "lint"), "bad line\n", 2);
  const std::string text = r.summary(12s, plenty);
  CHECK(text ==
        "### weir: 1 of 3 jobs failed\n\n"
        "| Succeeded | After a retry | Failed | Allowed to fail | Skipped | Cancelled | Not "
        "started | Time |\n"
        "|--:|--:|--:|--:|--:|--:|--:|--:|\n| 2 | 1 | 1 | 0 | 0 | 0 | 0 | 12s |\n"
        "\n| Failed | How | Time | Attempts |\n|---|---|--:|--:|\n| lint | exit 3 | 1.5s | 2 |\n"
        "\n<details><summary>lint: exit 3</summary>\n\n"
        "```text\nbad line\n```\n\nRun it again:\n```text\nlint\n```\n\n</details>\n"
        "\n| Flaky: succeeded at a later attempt | Attempts |\n|---|--:|\n| shaky | 3 |\n");
}

TEST_CASE("what a job writes cannot leave its block, nor its name its cell") {
  github_report r;
  fail(r, job(1, "a | b <img src=x> `c` @team\n# d"), "```\n</details>\n````text\n");
  const std::string text = r.summary(1s, plenty);
  CHECK_THAT(text, Contains("`````text\n```\n</details>\n````text\n`````\n"));
  CHECK(text.find("<img") == text.find("<img", text.find("Run it again")));
  CHECK_THAT(text,
             Contains("| a &#124; b &#60;img src=x&#62; &#96;c&#96; &#64;team&#92;n&#35; d |"));
}

TEST_CASE("the summary of a million failures stays small") {
  github_report r;
  const auto j = job(1, std::string(3000, 'x'));
  const std::string tail(4096, '`');
  for (unsigned i = 0; i < 1000000; ++i) fail(r, j, tail);
  const std::string text = r.summary(1s, plenty);
  CHECK(text.size() < plenty);
  CHECK_THAT(text, Contains("and 999950 more\n"));
  CHECK_THAT(text, Contains("1000000 of 1000000 jobs failed"));
}

TEST_CASE("where there is little room the summary has the counts alone, and nothing without them") {
  github_report r;
  for (unsigned i = 0; i < 50; ++i) fail(r, job(i, "some name"), "tail\n");
  const std::string text = r.summary(1s, 400);
  CHECK(text.size() <= 400);
  CHECK_THAT(text, Contains("50 of 50 jobs failed"));
  CHECK(r.summary(1s, 10).empty());
  CHECK(github_report().summary(1s, plenty).empty());
}

TEST_CASE("the summary says what stopped the run, and which jobs were cancelled") {
  github_report r;
  r.on(total_known{6});
  pass(r, job(1));
  fail(r, job(2, "lint"));
  r.on(stop_changed{stop_phase::soft, 1, 0, {}, "SIGTERM"});
  const auto cut = ended_at(10, cancelled{true}, 1.5);
  r.on(job_ended{job(3, "a | b"), verdict::cancelled, 2, 1, cut, ""});
  r.on(job_ended{job(4), verdict::not_started, 0, 0, ended_at(10, cancelled{}), ""});
  const std::string text = r.summary(12s, plenty);
  CHECK(text.rfind("### weir: 1 of 6 jobs failed; stopped by SIGTERM\n", 0) == 0);
  CHECK_THAT(text, Contains("\n| 1 | 0 | 1 | 0 | 0 | 1 | 3 | 12s |\n"));
  CHECK_THAT(text, Contains("\n| Cancelled | Time | Attempts |\n|---|--:|--:|\n"
                            "| a &#124; b | 1.5s | 2 |\n"));
}

TEST_CASE("the summary of a million cancelled jobs stays small") {
  github_report r;
  const auto j = job(1, std::string(3000, 'x'));
  const auto cut = ended_at(10, cancelled{true}, 1.5);
  for (unsigned i = 0; i < 1000000; ++i) r.on(job_ended{j, verdict::cancelled, 1, 1, cut, ""});
  const std::string text = r.summary(1s, plenty);
  CHECK(text.size() < plenty);
  CHECK_THAT(text, Contains("and 999950 more\n"));
}
