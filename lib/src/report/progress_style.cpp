#include "report/progress_style.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

namespace weir {

namespace {

std::string_view value(const environment& variable, const char* name) {
  const char* text = variable(name);
  return text == nullptr ? std::string_view{} : text;
}

bool is_set(const environment& variable, const char* name) {
  const std::string_view text = value(variable, name);
  return !text.empty() && text != "0" && text != "false";
}

bool is_dumb(const environment& variable) {
  const std::string_view term = value(variable, "TERM");
  return term.empty() || term == "dumb" || term == "unknown";
}

bool colour_from(const environment& variable, bool is_tty) {
  if (!value(variable, "NO_COLOR").empty()) return false;
  if (is_set(variable, "FORCE_COLOR") || is_set(variable, "CLICOLOR_FORCE")) return true;
  if (value(variable, "FORCE_COLOR") == "0" || value(variable, "CLICOLOR") == "0") return false;
  return is_tty && !is_dumb(variable);
}

/// As setlocale(3) does: the first variable that is set and not empty.
bool utf8_from(const environment& variable) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string locale{value(variable, name)};
    if (locale.empty()) continue;
    std::transform(locale.begin(), locale.end(), locale.begin(),
                   [](unsigned char c) { return std::toupper(c); });
    return locale.find("UTF-8") != std::string::npos || locale.find("UTF8") != std::string::npos;
  }
  return false;
}

/// Where 9;4 is not known, OSC 9 alone is a desktop notification: one popup per frame. Terminals
/// that ignore unknown sequences are no problem.
bool notifies_instead(const environment& variable) {
  const std::string_view term = value(variable, "TERM");
  constexpr std::array<std::string_view, 5> notifiers{"xterm-kitty", "foot", "rxvt", "linux",
                                                      "iTerm"};
  for (const auto name : notifiers)
    if (term.substr(0, name.size()) == name) return true;
  const bool iterm =
      value(variable, "TERM_PROGRAM") == "iTerm.app" || value(variable, "LC_TERMINAL") == "iTerm2";
  // iTerm2 signals support for progress by a P among its features.
  return iterm && value(variable, "TERM_FEATURES").find('P') == std::string_view::npos;
}

}  // namespace

progress_style style_from(const environment& variable, bool is_tty) {
  progress_style style;
  style.live = is_tty && !is_dumb(variable);
  style.colour = colour_from(variable, is_tty);
  style.utf8 = utf8_from(variable);
  style.osc_progress = style.live && !notifies_instead(variable);
  return style;
}

}  // namespace weir
