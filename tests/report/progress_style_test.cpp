#include "support/catch.hpp"

#include <map>
#include <string>

#include "report/progress_style.hpp"

using namespace weir;

namespace {

progress_style with(std::map<std::string, std::string> variables, bool is_tty = true) {
  return style_from(
      [&](const char* name) {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
      },
      is_tty);
}

}  // namespace

TEST_CASE("the bar needs a terminal that is not dumb") {
  CHECK(with({{"TERM", "xterm"}}).live);
  CHECK_FALSE(with({{"TERM", "xterm"}}, false).live);
  CHECK_FALSE(with({{"TERM", "dumb"}}).live);
  CHECK_FALSE(with({}).live);
}

TEST_CASE("NO_COLOR forbids colour, whatever demands it") {
  CHECK(with({{"TERM", "xterm"}}).colour);
  CHECK_FALSE(with({{"TERM", "xterm"}, {"NO_COLOR", "1"}}).colour);
  CHECK_FALSE(with({{"NO_COLOR", "1"}, {"FORCE_COLOR", "1"}}).colour);
  CHECK(with({{"TERM", "xterm"}, {"NO_COLOR", ""}}).colour);
}

TEST_CASE("colour can be demanded without a terminal") {
  CHECK_FALSE(with({{"TERM", "xterm"}}, false).colour);
  CHECK(with({{"FORCE_COLOR", "1"}}, false).colour);
  CHECK(with({{"CLICOLOR_FORCE", "1"}}, false).colour);
  CHECK_FALSE(with({{"CLICOLOR_FORCE", "0"}}, false).colour);
  CHECK_FALSE(with({{"TERM", "xterm"}, {"FORCE_COLOR", "0"}}).colour);
  CHECK_FALSE(with({{"TERM", "xterm"}, {"CLICOLOR", "0"}}).colour);
}

TEST_CASE("the locale is taken from the first variable that is set") {
  CHECK(with({{"LANG", "de_DE.UTF-8"}}).utf8);
  CHECK(with({{"LC_CTYPE", "C.utf8"}, {"LANG", "C"}}).utf8);
  CHECK_FALSE(with({{"LC_ALL", "C"}, {"LANG", "de_DE.UTF-8"}}).utf8);
  CHECK(with({{"LC_ALL", ""}, {"LANG", "de_DE.UTF-8"}}).utf8);
  CHECK_FALSE(with({}).utf8);
}

TEST_CASE("terminals that would show a notification are spared OSC 9") {
  CHECK(with({{"TERM", "xterm-256color"}}).osc_progress);
  CHECK_FALSE(with({{"TERM", "xterm-256color"}}, false).osc_progress);
  CHECK_FALSE(with({{"TERM", "xterm-kitty"}}).osc_progress);
  CHECK_FALSE(with({{"TERM", "xterm-256color"}, {"LC_TERMINAL", "iTerm2"}}).osc_progress);
  CHECK(with({{"TERM", "xterm-256color"},
              {"TERM_PROGRAM", "iTerm.app"},
              {"TERM_FEATURES", "T3LrMSc7UUw9Ts3BFGsSyHNoSxP"}})
            .osc_progress);
}
