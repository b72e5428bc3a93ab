/// Keeps the output of jobs from commanding the CI system that reads the log.
///
/// GitHub's runner takes `::stop-commands::x` for the end of all commands, `##[group]` opens a
/// group that swallows what follows, and GitLab folds by whatever looks like its marks: a job could
/// silence or break those of weir. What would do so is broken up, as in weir's own lines
/// (ci_command.hpp): visible, and no command. Everything else passes byte for byte, however it is
/// cut into pieces.
#pragma once

#include <memory>
#include <span>
#include <string>

namespace weir {

class log_guard {
 public:
  virtual ~log_guard() = default;

  /// Appends what may be printed of the bytes. A few are held until what follows shows what they
  /// are.
  virtual void pass(std::span<const char> bytes, std::string& into) = 0;
  /// The stream has ended: appends what is held.
  virtual void end(std::string& into) = 0;
};

/// For GitHub, and what parses the same. Annotations (`::error`, `::warning`, `::notice`,
/// `::debug`) pass: they are what test programs print for people. The value of `::add-mask::` is
/// not printed: it is a secret, which the runner would not hide any more.
std::unique_ptr<log_guard> github_guard();

/// For GitLab: a mark of a section, whoever's it is.
std::unique_ptr<log_guard> gitlab_guard();

}  // namespace weir
