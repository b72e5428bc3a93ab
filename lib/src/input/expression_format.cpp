#include "input/expression_format.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
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

/// As the flags and the width say, which C leaves open for texts.
std::string padded(const conversion& one, std::string text) {
  const bool left = one.flags.find('-') != std::string::npos;
  const auto width_at = std::min(one.flags.find_first_not_of("-+ 0#"), one.flags.size());
  const std::string_view signs = std::string_view(one.flags).substr(0, width_at);
  const std::size_t width = std::strtoul(one.flags.c_str() + width_at, nullptr, 10);
  if (text.size() >= width) return text;
  const bool zeros = !left && signs.find('0') != std::string_view::npos;
  text.insert(left ? text.size() : 0, width - text.size(), zeros ? '0' : ' ');
  return text;
}

std::string text_for(const conversion& one, const std::string& value) {
  const auto point = one.flags.find('.');
  return padded(one,
                point == std::string::npos
                    ? value
                    : value.substr(0, std::strtoul(one.flags.c_str() + point + 1, nullptr, 10)));
}

/// Only bytes: NUL is in no argument, and what comes behind 255 is UTF-8 in Perl.
std::string byte_for(const conversion& one, const perl_number& number) {
  const std::int64_t code = number.as_signed();
  if (!number.is_finite() || code < 1 || code > 255)
    throw no_value("sprintf: %c: expected 1 to 255, found " + number.text());
  return padded(one, std::string(1, static_cast<char>(code)));
}

std::string converted(const conversion& one, const perl_value& value) {
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
  if (one.letter == 's') return text_for(one, value.text());
  const perl_number number = value.number();
  if (one.letter == 'c') return byte_for(one, number);
  if (!number.is_finite()) {
    const bool signs = one.flags.find('+') != std::string::npos && number > perl_number(0.0);
    return padded(one, (signs ? "+" : "") + number.text());
  }
  if (std::string_view("eEfgG").find(one.letter) != std::string_view::npos)
    return print(start + one.letter, number.as_double());
  return print(start + "ll" + one.letter, static_cast<long long>(number.as_signed()));
}

}  // namespace

expression_value formatted_by(std::string_view text, std::vector<expression_value> arguments) {
  return [format = conversions_of(text),
          arguments = std::move(arguments)](const expression_scope& scope) {
    std::string result;
    for (std::size_t i = 0; i < format.size(); ++i) {
      result += format[i].before;
      if (format[i].letter == '\0') break;
      result += converted(format[i], i < arguments.size() ? arguments[i](scope) : perl_value());
    }
    return result;
  };
}

}  // namespace weir
