#include "input/command_line.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "input/exported_functions.hpp"
#include "input/interpreted_script.hpp"
#include "input/shell_script.hpp"
#include "input/shell_syntax.hpp"
#include "input/shell_words.hpp"

namespace weir {

namespace {

/// The usual line, in one pass: plain words separated by blanks.
/// \returns false for any other.
bool split_plain_words(std::string_view line, argument_list& argv) {
  std::size_t at = 0;
  bool first = true;
  for (;;) {
    while (at < line.size() && is_blank(line[at])) ++at;
    if (at == line.size()) return !first;
    const std::size_t begin = at;
    while (at < line.size() && (is_plain_byte(line[at]) || (line[at] == '=' && !first))) ++at;
    if (at < line.size() && !is_blank(line[at])) return false;
    const auto word = line.substr(begin, at - begin);
    if (first && is_shells_own(word)) return false;
    argv.push_back(word);
    first = false;
  }
}

bool split_quoted_words(std::string_view line, argument_list& argv) {
  const auto words = split_without_shell(line, nullptr);
  if (!words) return false;
  argv = {};
  for (const auto& word : *words) argv.push_back(word.pieces.front().literal);
  return true;
}

bool has_quotes(std::string_view line) {
  return line.find_first_of("'\"\\") != std::string_view::npos;
}

}  // namespace

job_spec parse_command_line(std::uint64_t seq, std::string_view line, const shell_program& shell) {
  job_spec job;
  job.seq = seq;
  if (!shell.functions.empty() && calls_one_of(line, shell.functions)) {
    job.argv = {"bash", "-c", shell_script_argument(line)};
    job.text = line;
    return job;
  }
  if (!shell.chosen) {
    if (split_plain_words(line, job.argv)) return job;
    if (has_quotes(line) && split_quoted_words(line, job.argv)) return job;
  }
  if (is_interpreted(line)) {
    job.argv = {"/bin/sh", "-c", run_by_interpreter(line), "sh"};
    job.text = line;
    return job;
  }
  job.argv = {};
  for (const auto& word : shell.words) job.argv.push_back(word);
  job.argv.push_back("-c");
  job.argv.push_back(shell_script_argument(line));
  job.text = line;
  return job;
}

}  // namespace weir
