/// What is written into a CI system's log: which parts there are, and where they go.
///
/// lib/src/report/ci_* decides what they say; here are the environment and the files.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "console.hpp"
#include "options.hpp"
#include "report/ci_github.hpp"
#include "report/output.hpp"
#include "values/run_identity.hpp"

namespace weir::cli {

/// The CI system whose log weir writes into, according to --ci or the environment.
ci_kind ci_of(const options& o);

/// Whether a CI system reads the descriptor's output: not if it is redirected to a file.
bool goes_to_log(const options& o, int fd);

class ci_output {
 public:
  ci_output(const options& o, const run_identity& run);

  /// Guards what goes to the log, and marks groups where that is wanted.
  /// \param jobs must not outlive this.
  void fold(output& jobs) const;

  /// Whether failed jobs stand out in the log as they end.
  bool marks_failures() const { return marks_ != nullptr && folds_; }

  /// The observer that has to see the events; null if none.
  observer* report() { return report_ ? &*report_ : nullptr; }

  /// The run is over and its summary has been printed: writes annotations, and the page about the
  /// step.
  void finish(console& to);

 private:
  void append_summary(console& to) const;

  ci_kind kind_;
  std::unique_ptr<group_marks> marks_;
  bool folds_ = false;
  std::optional<github_report> report_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace weir::cli
