#include <map>

#include "report/ci_groups.hpp"
#include "support/catch.hpp"

using namespace weir;

namespace {

ci_kind ci_in(std::map<std::string, std::string> variables) {
  return ci_from([&](const char* name) {
    const auto place = variables.find(name);
    return place == variables.end() ? nullptr : place->second.c_str();
  });
}

group_frame frame(ci_kind kind, verdict judged, std::string_view title = "lint",
                  bool only_stderr = false) {
  using std::chrono::sys_seconds;
  return marks_for(kind, "42")
      ->around({7, title, only_stderr, judged, sys_seconds{std::chrono::seconds(100)},
                sys_seconds{std::chrono::seconds(103)}});
}

}  // namespace

TEST_CASE("a CI system is known by its variable") {
  CHECK(ci_in({}) == ci_kind::none);
  CHECK(ci_in({{"GITHUB_ACTIONS", "true"}}) == ci_kind::github);
  CHECK(ci_in({{"GITLAB_CI", "true"}}) == ci_kind::gitlab);
  CHECK(ci_in({{"GITHUB_ACTIONS", ""}, {"GITLAB_CI", "false"}}) == ci_kind::none);
}

TEST_CASE("a weir that is a job of another one leaves folding to that") {
  CHECK(ci_in({{"GITHUB_ACTIONS", "true"}, {"WEIR_SEQ", "1"}}) == ci_kind::none);
}

TEST_CASE("GitHub folds what passed, and what failed stands open under a heading") {
  const auto passed = frame(ci_kind::github, verdict::succeeded);
  CHECK(passed.before == "::group::lint\n");
  CHECK(passed.after == "::endgroup::\n");
  const auto failed = frame(ci_kind::github, verdict::failed);
  CHECK(failed.before == "::endgroup::\nweir: failed: lint\n");
  CHECK(failed.after.empty());
  CHECK(frame(ci_kind::github, verdict::cancelled).after.empty());
  CHECK(frame(ci_kind::github, verdict::skipped).before == "::group::lint\n");
}

TEST_CASE("a title cannot be more than a title to GitHub") {
  CHECK(frame(ci_kind::github, verdict::succeeded, "50%0A::error::x").before ==
        "::group::50%250A::error::x\n");
  CHECK(github_data("a%\r\nb:c,d") == "a%25%0D%0Ab:c,d");
  CHECK(github_property("a%\r\nb:c,d") == "a%25%0D%0Ab%3Ac%2Cd");
}

TEST_CASE("GitLab has a section for each job, collapsed when it passed") {
  const auto passed = frame(ci_kind::gitlab, verdict::succeeded);
  CHECK(passed.before == "\x1b[0Ksection_start:100:weir_42_7[collapsed=true]\r\x1b[0Klint\n");
  CHECK(passed.after == "\x1b[0Ksection_end:103:weir_42_7\r\x1b[0K\n");
  const auto failed = frame(ci_kind::gitlab, verdict::failed);
  CHECK(failed.before == "\x1b[0Ksection_start:100:weir_42_7\r\x1b[0Kweir: failed: lint\n");
  CHECK(failed.after == passed.after);
}

TEST_CASE("stderr that goes elsewhere has a group of its own") {
  CHECK(frame(ci_kind::github, verdict::succeeded, "lint", true).before ==
        "::group::lint (stderr)\n");
  CHECK(frame(ci_kind::gitlab, verdict::succeeded, "lint", true).after ==
        "\x1b[0Ksection_end:103:weir_42_7_err\r\x1b[0K\n");
}

TEST_CASE("without a CI system there are no marks") {
  CHECK(marks_for(ci_kind::none, "1") == nullptr);
}
