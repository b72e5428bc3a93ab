/// A job's command line as GNU parallel shows it: the script as written, with quoted items in the
/// places of their placeholders.
///
/// Within quotes, where GNU parallel would show its own quotes as data, items appear as the job
/// gets them: the line, pasted into the shell, does what the job did.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "input/script.hpp"
#include "input/template.hpp"

namespace weir {

class shown_line {
 public:
  /// If there is no placeholder, the items go to the end, if the options have them appended.
  /// \throws usage_error as command_template does.
  shown_line(std::string_view script, const template_options& options);

  /// A NUL, which no item contains, stands for the slot's number: see shown_text().
  std::string expand(std::uint64_t seq, std::span<const std::string_view> items) const;

 private:
  void append(std::string& line, const script_part& part, std::string_view value) const;

  scanned_script script_;
  shell_dialect dialect_;
};

/// The text of a job made by expand(), with the number of its slot; 1 if it never had one. If it
/// has no text, its command as weir shows it.
std::string shown_text(const job_spec& job, unsigned slot);

/// A word as GNU parallel quotes it for shells of the Bourne family.
std::string quoted_as_shown(std::string_view word);

/// A command that no shell runs, with its words quoted the same way.
std::string arguments_as_shown(const argument_list& argv);

/// The last argument, unquoted, as expand() would return it.
std::string last_argument_as_shown(const job_spec& job);

}  // namespace weir
