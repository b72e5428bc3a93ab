/// Journals for tests, made by the writer that weir uses.
#pragma once

#include <string>

#include "input/journal/job_key.hpp"
#include "input/journal/journal_history.hpp"
#include "input/journal/journal_line.hpp"

namespace weir::test {

inline job_spec job(std::string_view argument, earlier_run earlier = earlier_run::unknown) {
  job_spec j;
  j.seq = 1;
  j.argv = {"echo", std::string(argument)};
  j.settings = std::make_shared<const job_settings>();
  j.key = key_of(j, "");
  j.earlier = earlier;
  return j;
}

/// Lines of one run after the other.
class sample_run {
 public:
  explicit sample_run(std::string id, bool resumed = false) : lines_(std::move(id)) {
    lines_.add_run(text, {}, 4711, resumed, {"/where"});
  }
  sample_run& start(const job_spec& j, unsigned attempt = 1) {
    lines_.add_start(text, {}, attempt_started{j, attempt, 1, {}});
    return *this;
  }
  sample_run& end(const job_spec& j, verdict judged, outcome how = exited{0},
                  unsigned attempts = 1) {
    attempt_result result;
    result.how = std::move(how);
    result.ended = result.started + std::chrono::milliseconds(1500);
    lines_.add_end(text, {}, job_ended{j, judged, attempts, 1, result, {}});
    return *this;
  }
  sample_run& fail_once(const job_spec& j) {
    attempt_result result;
    result.how = exited{1};
    lines_.add_end(text, {}, attempt_failed{j, 1, 1, result, {}});
    return *this;
  }
  sample_run& run(const job_spec& j, verdict judged = verdict::succeeded) {
    return start(j).end(j, judged, exited{judged == verdict::succeeded ? 0 : 1});
  }

  std::string text;

 private:
  journal_lines lines_;
};

/// Reads whole lines only, as the file does. \returns lines that were damaged.
inline int read(journal_history& history, std::string_view text) {
  int damaged = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) break;
    damaged += history.take(text.substr(0, end)) ? 0 : 1;
    text.remove_prefix(end + 1);
  }
  history.finish();
  return damaged;
}

}  // namespace weir::test
