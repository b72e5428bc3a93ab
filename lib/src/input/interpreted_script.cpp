#include "input/interpreted_script.hpp"

#include <fmt/format.h>

#include <weir/argument_list.hpp>

#include "text/escape.hpp"

namespace weir {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

/// The first line without #!.
std::string_view interpreter_line(std::string_view script) {
  return trimmed(script.substr(2, script.find('\n') - 2));
}

/// A line that does not occur in the script.
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

std::string_view interpreter_of(std::string_view script) {
  const auto line = interpreter_line(script);
  return line.substr(0, line.find_first_of(" \t"));
}

std::string run_by_interpreter(std::string_view script) {
  const std::string interpreter = shell_quote(interpreter_of(script));
  const auto argument = trimmed(interpreter_line(script).substr(interpreter_of(script).size()));
  const std::string missing =
      shell_quote("interpreter " + escape(interpreter_of(script)) + " not found");
  const std::string mark = end_mark(script);
  return fmt::format(
      "command -v {0} >/dev/null || {{ printf '%s\\n' {1} >&2; exit 127; }}; "
      "exec {0}{2}{3} /dev/fd/9 \"$@\" 9<<'{4}'\n{5}{6}{4}\n",
      interpreter, missing, argument.empty() ? "" : " ",
      argument.empty() ? "" : shell_quote(argument), mark, script,
      script.ends_with('\n') ? "" : "\n");
}

}  // namespace weir
