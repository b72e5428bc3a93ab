#include "report/command_to_repeat.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "input/escape.hpp"
#include "input/manifest/plan.hpp"
#include "input/manifest/select.hpp"
#include "input/portable_script.hpp"

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
    // A hash may begin what a CI system takes for a command.
    if (byte < 0x20 || byte >= 0x7f || c == '#')
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

namespace {

/// A script as it was written, if that runs it again where it stands.
std::string command(const job_spec& job, unsigned slot, bool alone, bool utf8) {
  return alone && text_repeats(job) && is_showable(job.text, utf8)
             ? job.text
             : quote(with_slot(job, std::max(slot, 1U)), utf8);
}

}  // namespace

std::string command_alone(const job_spec& job, unsigned slot, bool utf8) {
  // What may not run is not to be pasted either.
  if (!job.refused.empty()) return {};
  const job_settings settings = job.settings ? *job.settings : job_settings{};
  const auto* file = std::get_if<file_input>(&settings.input);
  const auto* text = std::get_if<text_input>(&settings.input);
  std::string line;
  if (!settings.dir.empty()) line = "cd " + quote(settings.dir, utf8) + " && ";
  if (text != nullptr) line += missing_input(*text) + " | ";
  line += command(job, slot, line.empty() && file == nullptr, utf8);
  if (file != nullptr) line += " < " + quote(file->path, utf8);
  return line;
}

std::string command_to_repeat(const job_spec& job, unsigned slot, bool utf8) {
  const bool by_name =
      job.refused.empty() && job.settings && !job.settings->again.empty() && !job.name.empty();
  return by_name ? job.settings->again + quote(literal_pattern(job.name), utf8)
                 : command_alone(job, slot, utf8);
}

}  // namespace weir
