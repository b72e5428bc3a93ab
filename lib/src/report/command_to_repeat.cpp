#include "report/command_to_repeat.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "input/escape.hpp"
#include "report/shown.hpp"

namespace weir {

namespace {

bool is_showable(std::string_view word, bool utf8) {
  const auto beyond_ascii = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  return escape(word) == word && (utf8 || std::none_of(word.begin(), word.end(), beyond_ascii));
}

/// Quoted for a shell; in $'...' when it holds bytes that cannot be shown as they are.
std::string quote(std::string_view word, bool utf8) {
  if (is_showable(word, utf8)) return shell_quote(word);
  std::string quoted = "$'";
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f)
      quoted += fmt::format("\\{:03o}", byte);
    else if (c == '\\' || c == '\'')
      quoted += {'\\', c};
    else
      quoted += c;
  }
  return quoted + "'";
}

std::string quote(const argument_list& arguments, bool utf8) {
  std::string line;
  for (const std::string& word : arguments.to_vector()) {
    // An assignment in the place of the command would be taken for one by the shell.
    const bool looks_assigned = line.empty() && word.find('=') != std::string::npos;
    if (!line.empty()) line += ' ';
    const std::string quoted = quote(word, utf8);
    line += looks_assigned && quoted == word ? "'" + word + "'" : quoted;
  }
  return line;
}

}  // namespace

std::string command_to_repeat(const job_spec& job, unsigned slot, bool utf8) {
  std::string line;
  if (job.settings && !job.settings->dir.empty())
    line = "cd " + quote(job.settings->dir, utf8) + " && ";
  if (!job.text.empty()) return line + shown(job.text, utf8);
  line += quote(with_slot(job, std::max(slot, 1U)), utf8);
  if (const auto* file = job.settings ? std::get_if<file_input>(&job.settings->input) : nullptr)
    line += " < " + quote(file->path, utf8);
  return line;
}

}  // namespace weir
