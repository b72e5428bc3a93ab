#include "report/command_to_repeat.hpp"

#include <algorithm>
#include <string_view>

#include "input/manifest/plan.hpp"
#include "input/manifest/select.hpp"
#include "input/pasted_line.hpp"
#include "input/portable_script.hpp"
#include "values/first_word.hpp"

namespace weir {

namespace {

/// Builds a command line word by word.
class line_writer {
 public:
  /// \param plain words are quoted, but not made safe to show.
  line_writer(unsigned slot, bool utf8, bool plain) : slot_(slot), utf8_(utf8), plain_(plain) {}

  std::string alone(const job_spec& job) {
    const job_settings settings = job.settings ? *job.settings : job_settings{};
    const auto* file = std::get_if<file_input>(&settings.input);
    const auto* text = std::get_if<text_input>(&settings.input);
    std::string line;
    if (!settings.dir.empty()) line = cd_command(settings.dir, quote(settings.dir)) + " && ";
    const auto* block = std::get_if<block_input>(&settings.input);
    if (text != nullptr) line += missing_input(text->text.size()) + " | ";
    if (block != nullptr) line += again(*block) + " | ";
    if (std::holds_alternative<stream_input>(settings.input)) line += missing_share() + " | ";
    line += command(job, line.empty() && file == nullptr);
    if (file != nullptr) line += " < " + quote(file->path);
    return line;
  }

  /// On other machines, with its files.
  std::string elsewhere(const job_spec& job) {
    const carried_files& files = job.settings->files;
    std::string line = job.settings->again;
    for (const std::string& path : files.sent) line += " --send=" + quote(path);
    for (const std::string& path : files.returned) line += " --return=" + quote(path);
    if (files.cleanup) line += " --cleanup";
    return line + " ::: " + quote(alone(job));
  }

  std::string quote(std::string_view word) {
    if (plain_) return shell_quote(word);
    loses_newline_ = loses_newline_ || word.ends_with('\n');
    return pasted_word(word, utf8_);
  }

  /// A word ended with a newline, so a shell would not read the line as the same command.
  bool loses_newline() const { return loses_newline_; }

 private:
  /// A script is given as it was written, if it can be run again in that form and place.
  std::string command(const job_spec& job, bool alone) {
    if (alone && text_repeats(job) && (plain_ || is_showable(job.text, utf8_))) return job.text;
    std::string line;
    for (const std::string& word : readable_arguments(job, with_slot(job, std::max(slot_, 1U)))) {
      const bool in_front = line.empty() && needs_quotes_in_front(word);
      if (!line.empty()) line += ' ';
      const std::string quoted = quote(word);
      line += in_front && quoted == word ? "'" + word + "'" : quoted;
    }
    return line;
  }

  unsigned slot_;
  bool utf8_;
  bool plain_;
  bool loses_newline_ = false;
};

/// \param write builds the line with the writer that it is given.
template <typename Write>
std::string safe_line(unsigned slot, bool utf8, const Write& write) {
  line_writer words(slot, utf8, false);
  std::string line = write(words);
  if (!words.loses_newline()) return line;
  line_writer plain(slot, utf8, true);
  return pasted_line(write(plain), utf8);
}

}  // namespace

std::string command_alone(const job_spec& job, unsigned slot, bool utf8) {
  // A command that must not run must not be offered for pasting either.
  if (!job.refused.empty()) return {};
  return safe_line(slot, utf8, [&](line_writer& words) { return words.alone(job); });
}

std::string command_to_repeat(const job_spec& job, unsigned slot, bool utf8) {
  const bool has_own = job.refused.empty() && job.settings && !job.settings->again.empty();
  if (!has_own) return command_alone(job, slot, utf8);
  if (job.name.empty())
    return safe_line(slot, utf8, [&](line_writer& words) { return words.elsewhere(job); });
  return safe_line(slot, utf8, [&](line_writer& words) {
    return job.settings->again + words.quote(literal_pattern(job.name));
  });
}

}  // namespace weir
