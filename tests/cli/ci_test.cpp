#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;

TEST_CASE("in GitHub Actions what passed is folded and what failed stands open") {
  test_space t;
  const auto run = t.shell(
      "export GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=page; echo before > page; "
      "$WEIR -k $CHILD say {} exit {} ::: 0 3 2>&1 | cat");
  CHECK(run.out.find("::group::" + child() +
                     " say 0 exit 0\n0\n::endgroup::\n::endgroup::\nweir: failed: " + child() +
                     " say 3 exit 3\n3\n") == 0);
  CHECK(run.out.find("\n::error title=") != std::string::npos);
  const std::string page = t.read("page");
  CHECK(page.rfind("before\n### weir: 1 of 2 jobs failed\n", 0) == 0);
}

TEST_CASE("in GitLab CI jobs are sections") {
  test_space t;
  const auto run = t.shell("GITLAB_CI=true $WEIR $CHILD say {} ::: a | cat");
  CHECK(run.out.rfind("\x1b[0Ksection_start:", 0) == 0);
  CHECK(run.out.find("[collapsed=true]\r\x1b[0K") != std::string::npos);
  CHECK(run.out.find("\na\n\x1b[0Ksection_end:") != std::string::npos);
}

TEST_CASE("what is redirected to a file is data and has no marks") {
  test_space t;
  t.shell("export GITHUB_ACTIONS=true; $WEIR $CHILD say {} exit 1 ::: a > file 2> messages");
  CHECK(t.read("file") == "a\n");
  CHECK(t.read("messages").find("::error") == std::string::npos);
}

TEST_CASE("marks can be had anywhere, and turned off") {
  test_space t;
  CHECK(t.shell("$WEIR --ci github $CHILD say {} ::: a | cat").out.find("::group::") == 0);
  CHECK(t.shell("GITHUB_ACTIONS=true $WEIR --ci none $CHILD say {} ::: a | cat").out == "a\n");
  CHECK(t.shell("GITHUB_ACTIONS=true $WEIR --lb $CHILD say {} ::: a | cat").out == "a\n");
  CHECK(t.shell("GITHUB_ACTIONS=true $WEIR -u $CHILD say {} ::: a | cat").out == "a\n");
  CHECK(t.weir({"--ci", "travis", "echo", ":::", "a"}).exit_code() == 2);
}

TEST_CASE("a page that cannot be written is a warning, and no failure") {
  test_space t;
  const auto run =
      t.shell("GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=no/such/page $WEIR $CHILD say {} ::: a");
  CHECK(run.exit_code() == 0);
  CHECK(run.err.find("weir: warning: GITHUB_STEP_SUMMARY: no/such/page: No such file") !=
        std::string::npos);
}

TEST_CASE("a job cannot silence or fold what weir says in GitHub's log") {
  test_space t;
  for (const std::string mode : {"-k", "--lb"}) {
    const auto run = t.shell("export GITHUB_ACTIONS=true; $WEIR " + mode +
                             " $CHILD say {} exit 1 ::: ::stop-commands::x '##[group]y' "
                             "::add-mask::weir ::error::z 2>&1 | cat");
    INFO(run.out);
    CHECK(run.out.find("\n::stop-commands") == std::string::npos);
    CHECK(run.out.find("##[") == std::string::npos);
    CHECK(run.out.find("\n::add-mask") == std::string::npos);
    CHECK(run.out.find("\n::error::z\n") != std::string::npos);
    CHECK(run.out.find("\n::error title=") != std::string::npos);
  }
}

TEST_CASE("in a CI system's log what comes after the output of a job begins a line") {
  test_space t;
  const std::string next = " | cat; echo ::group::next";
  for (const std::string kind : {"GITHUB_ACTIONS", "GITLAB_CI"})
    for (const std::string mode : {"--lb", "-k", "--lb -j1", "-k --lb"}) {
      const auto run =
          t.shell("export " + kind + "=true; $WEIR " + mode + " printf 'no nl%s' ::: 1 5" + next);
      INFO(run.out);
      CHECK(run.out.find("no nl1\n") != std::string::npos);
      CHECK(run.out.find("no nl5\n") != std::string::npos);
      CHECK(run.out.find("\n::group::next\n") != std::string::npos);
    }
  CHECK(t.shell("$WEIR --lb printf %s ::: a | cat").out == "a");
  CHECK(t.shell("GITHUB_ACTIONS=true $WEIR --lb printf %s ::: a > file; cat file").out == "a");
  // weir does not see raw output; its marks stand behind its own lines all the same.
  const auto raw = t.shell("GITHUB_ACTIONS=true $WEIR -u 'printf %s {}; exit 1' ::: a 2>&1 | cat");
  CHECK(raw.out.find("\n::error title=") != std::string::npos);
}

TEST_CASE("a dry run in a CI system's log has no commands for it, and is pasted the same") {
  test_space t;
  for (const std::string kind : {"GITHUB_ACTIONS", "GITLAB_CI"})
    for (const std::string item :
         {"::error::x", "a\n::add-mask::y", "##[error]it's", "a\n  ::stop-commands::z",
          "##vso[task.x]", "\x1b[0Ksection_start:1:a\r\x1b[0K", "plain", "a\nb"}) {
      t.write("item", item);
      const std::string run = "export " + kind + "=true; $WEIR -0 -a item --dry-run printf %s ";
      const auto shown = t.shell(run + " | cat");
      INFO(kind << ' ' << shown.out);
      CHECK(shown.out.find("##[") == std::string::npos);
      CHECK(shown.out.find("##vso[") == std::string::npos);
      CHECK(shown.out.find("section_start:") == std::string::npos);
      for (const std::string& line : lines(shown.out))
        CHECK(line.find("::", line.find_first_not_of(' ')) != line.find_first_not_of(' '));
      CHECK(t.shell(run + " | sh").out == item);
      const bool harmless = item == "::error::x" || item == "plain" || item == "a\nb";
      CHECK((shown.out.rfind("printf %s ", 0) == 0) == harmless);
      CHECK(t.shell(run + " > file; cat file").out.rfind("printf %s ", 0) == 0);
    }
}
