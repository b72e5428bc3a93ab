#include "report/log_guard.hpp"
#include "support/catch.hpp"

using namespace weir;

namespace {

/// What is printed, however the text is cut: byte by byte, in twos, ..., whole.
std::string passed(std::unique_ptr<log_guard> (*make)(), const std::string& text) {
  std::string first;
  for (const std::size_t piece : {text.size(), std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
    const auto guard = make();
    std::string printed;
    for (std::size_t at = 0; at < text.size(); at += piece)
      guard->pass(std::span(text).subspan(at, std::min(piece, text.size() - at)), printed);
    guard->end(printed);
    if (first.empty()) first = printed;
    CHECK(printed == first);
  }
  return first;
}

std::string github(const std::string& text) {
  return passed(github_guard, text);
}

std::string gitlab(const std::string& text) {
  return passed(gitlab_guard, text);
}

}  // namespace

TEST_CASE("a job cannot command GitHub's runner") {
  CHECK(github("::stop-commands::x\n") == "\\x3a:stop-commands::x\n");
  CHECK(github("a\n \t::group::x\n::endgroup::\n") == "a\n \t\\x3a:group::x\n\\x3a:endgroup::\n");
  CHECK(github("\xc2\xa0::set-output name=a::b") == "\xc2\xa0\\x3a:set-output name=a::b");
  CHECK(github("progress\r::stop-commands::x\n") == "progress\r\\x3a:stop-commands::x\n");
  CHECK(github("a ##[group]b ###[error]") == "a #\\x23[group]b ##\\x23[error]");
  CHECK(github("##vso[task.complete]") == "#\\x23vso[task.complete]");
}

TEST_CASE("annotations of jobs reach GitHub, and nothing rides on them") {
  const std::string annotation = "::error file=a.c,line=3::bad\n::warning::b\n::notice::c\n";
  CHECK(github(annotation) == annotation);
  CHECK(github("::error::a\r::stop-commands::x\n") == "::error::a\r\\x3a:stop-commands::x\n");
}

TEST_CASE("a secret that GitHub is not told to mask is not printed either") {
  CHECK(github("::add-mask::hunter2\nnext\n") == "\\x3a:add-mask::***\nnext\n");
  CHECK(github("::add-mask::hunter2") == "\\x3a:add-mask::***");
  CHECK(github("::add-mask::hunter2\r\n::group::x") == "\\x3a:add-mask::***\r\n\\x3a:group::x");
}

TEST_CASE("all else passes as it is") {
  for (const std::string text :
       {"", "a::b\n", "std::string\n", "::1\n", "::ffff:1.2.3.4 x", "::", ":", "#", "##",
        "## a [b]\n", "#[derive]\n", "::a b", "\x1b[31mred\x1b[0m\n", "x\n\n:::\n"}) {
    INFO(text);
    if (text != "::a b") CHECK(github(text) == text);
    CHECK(gitlab(text) == text);
  }
  CHECK(github(std::string(100000, 'x')) == std::string(100000, 'x'));
  CHECK(github("::" + std::string(100, 'x') + "::") == "::" + std::string(100, 'x') + "::");
}

TEST_CASE("a job cannot fold GitLab's log") {
  CHECK(gitlab("\x1b[0Ksection_start:1:a\r\x1b[0Kb\n") ==
        "\x1b[0Ksection_start\\x3a1:a\r\x1b[0Kb\n");
  CHECK(gitlab("x section_end:1:a\r\x1b[0K\n") == "x section_end\\x3a1:a\r\x1b[0K\n");
  CHECK(gitlab("ssection_st section_ends: section_end") == "ssection_st section_ends: section_end");
}
