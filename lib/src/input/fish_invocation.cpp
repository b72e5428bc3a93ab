#include "input/fish_invocation.hpp"

#include <string_view>

namespace weir {

namespace {

struct option_value {
  bool is_script = false;
  bool is_command = false;  ///< it is -c, not the -C of --init-command
  bool is_next = false;     ///< the value is the next word, not part of the option
};

/// getopt_long also accepts abbreviated names.
option_value value_of_long(std::string_view option) {
  const auto equals = option.find('=');
  const std::string_view name = option.substr(0, equals);
  const auto begins = [&](std::string_view whole) { return whole.starts_with(name); };
  const bool script = begins("command") || begins("init-command");
  const bool value = script || name.starts_with('f') || name.starts_with('d') ||
                     name.starts_with("pro");  // features, debug*, profile*
  return {script, begins("command"), value && equals == std::string_view::npos};
}

option_value value_of_short(std::string_view letters) {
  const auto at = letters.find_first_of("cCdDfop");
  if (at == std::string_view::npos) return {};
  return {letters[at] == 'c' || letters[at] == 'C', letters[at] == 'c', at + 1 == letters.size()};
}

}  // namespace

fish_scripts find_fish_scripts(std::span<const std::string> words, std::size_t at) {
  fish_scripts found;
  while (at < words.size() && words[at].size() > 1 && words[at].front() == '-') {
    const std::string_view option = words[at];
    if (option == "--") break;
    const auto [is_script, is_command, is_next] = option.starts_with("--")
                                                      ? value_of_long(option.substr(2))
                                                      : value_of_short(option.substr(1));
    if (is_next) ++at;
    found.ends_options = is_command && is_next;
    if (is_script && at < words.size()) found.words.push_back(at);
    ++at;
  }
  return found;
}

}  // namespace weir
