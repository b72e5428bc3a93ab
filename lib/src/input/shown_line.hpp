/// A job's command line as GNU parallel shows it: the script as it was written, with items quoted
/// where they stand.
///
/// Within quotes, where GNU parallel would show its own quotes as data, they stand as the job gets
/// them: the line, pasted into the shell, does what the job did.
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
  /// Without a placeholder the items stand at the end, if options say that they are appended.
  /// \throws usage_error as command_template does.
  shown_line(std::string_view script, const template_options& options);

  /// A NUL, which no item holds, stands where the slot's number goes: see shown_text().
  std::string expand(std::uint64_t seq, std::span<const std::string_view> items) const;

 private:
  void append(std::string& line, const script_part& part, std::string_view value) const;

  scanned_script script_;
  shell_dialect dialect_;
};

/// The line of a job whose text it is, with the number of the slot that it had; 1 if it never had
/// one. Without a text, its command as weir shows it.
std::string shown_text(const job_spec& job, unsigned slot);

/// A word as GNU parallel quotes it for shells of the Bourne family.
std::string quoted_as_shown(std::string_view word);

/// A command that no shell runs, its words quoted like that.
std::string arguments_as_shown(const argument_list& argv);

}  // namespace weir
