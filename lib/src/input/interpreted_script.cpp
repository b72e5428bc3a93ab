#include "input/interpreted_script.hpp"

#include <fmt/format.h>

#include <weir/argument_list.hpp>

namespace weir {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

/// A line that the script has not.
std::string end_mark(std::string_view script) {
  std::string mark = "weir_end";
  while (script.find(mark) != std::string_view::npos) mark += '_';
  return mark;
}

}  // namespace

bool is_interpreted(std::string_view script) {
  const auto line = script.substr(0, script.find('\n'));
  return script.starts_with("#!") && line.size() < script.size() &&
         !trimmed(line.substr(2)).empty();
}

std::string run_by_interpreter(std::string_view script) {
  const auto line = trimmed(script.substr(2, script.find('\n') - 2));
  const auto blank = line.find_first_of(" \t");
  std::string interpreter = shell_quote(line.substr(0, blank));
  if (blank != std::string_view::npos)
    interpreter += ' ' + shell_quote(trimmed(line.substr(blank)));
  const std::string mark = end_mark(script);
  return fmt::format("exec {} /dev/fd/9 \"$@\" 9<<'{}'\n{}{}{}\n", interpreter, mark, script,
                     script.ends_with('\n') ? "" : "\n", mark);
}

}  // namespace weir
