#include "input/expression_format.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

#include "text/escape.hpp"

namespace weir {

namespace {

/// A conversion of sprintf, checked: %[flags][width][.precision]letter.
struct conversion {
  std::string before;
  std::string flags;   ///< everything between % and the letter
  char letter = '\0';  ///< NUL: the text ends
};

std::vector<conversion> conversions_of(std::string_view format) {
  std::vector<conversion> all(1);
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%' || format.substr(at).starts_with("%%")) {
      all.back().before += format[at];
      at += format[at] == '%' ? 1 : 0;
      continue;
    }
    const auto end = std::min(format.find_first_not_of("-+ 0#.123456789", at + 1), format.size());
    all.back().flags = format.substr(at + 1, end - at - 1);
    all.back().letter = end < format.size() ? format[end] : '\0';
    if (std::string_view("sdiuxXoeEfgGc").find(all.back().letter) == std::string_view::npos ||
        all.back().letter == '\0' || all.back().flags.size() > 8)
      expression_reader::refuse("sprintf: \"" + escape_and_clip(format, 40) +
                                "\" is not understood");
    all.emplace_back();
    at = end;
  }
  return all;
}

std::string converted(const conversion& one, const std::string& value) {
  const std::string start = '%' + one.flags;
  const auto print = [](const std::string& format, auto argument) {
    std::string text(512, '\0');
    const int size = std::snprintf(text.data(), text.size(), format.c_str(), argument);
    if (size >= static_cast<int>(text.size())) {
      text.resize(static_cast<std::size_t>(size) + 1);
      std::snprintf(text.data(), text.size(), format.c_str(), argument);
    }
    text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return text;
  };
  if (one.letter == 's') return print(start + 's', value.c_str());
  const double number = number_of(value);
  if (std::string_view("eEfgG").find(one.letter) != std::string_view::npos)
    return print(start + one.letter, number);
  const double within = std::clamp(number, -9.2e18, 9.2e18);
  if (one.letter == 'c') return print(start + 'c', static_cast<int>(within));
  return print(start + "ll" + one.letter, static_cast<long long>(within));
}

}  // namespace

expression_value formatted_by(std::string_view text, std::vector<expression_value> arguments) {
  return [format = conversions_of(text),
          arguments = std::move(arguments)](const expression_scope& scope) {
    std::string result;
    for (std::size_t i = 0; i < format.size(); ++i) {
      result += format[i].before;
      if (format[i].letter == '\0') break;
      result += converted(format[i], i < arguments.size() ? arguments[i](scope) : std::string());
    }
    return result;
  };
}

}  // namespace weir
