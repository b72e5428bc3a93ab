/// Keeps the output of jobs from issuing commands to the CI system that reads the log.
///
/// GitHub's runner takes `::stop-commands::x` for the end of all commands, `##[group]` opens a
/// group that swallows what follows, and GitLab folds at anything that looks like its marks: a job
/// could silence or break those of weir. Such text is broken up, as in weir's own lines
/// (ci_command.hpp): still visible, but no longer a command. Everything else passes byte for byte,
/// however it is cut into pieces.
#pragma once

#include <memory>
#include <span>
#include <string>

namespace weir {

class log_guard {
 public:
  virtual ~log_guard() = default;

  /// Appends those bytes that may be printed. A few are held until what follows shows what they
  /// are.
  virtual void pass(std::span<const char> bytes, std::string& into) = 0;
  /// The stream has ended: appends what is held.
  virtual void end(std::string& into) = 0;
};

/// For GitHub, and for systems that parse the same. Annotations (`::error`, `::warning`,
/// `::notice`, `::debug`) pass: test programs print them for people. The value of `::add-mask::` is
/// not printed: it is a secret, which the runner would no longer hide.
std::unique_ptr<log_guard> github_guard();

/// For GitLab: breaks up section marks, whoever wrote them.
std::unique_ptr<log_guard> gitlab_guard();

}  // namespace weir
