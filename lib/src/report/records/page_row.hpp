/// What --report keeps about a job, and the form in which it reaches the page.
///
/// A row is one JSON object on a line of its own. Members with nothing to say are left out;
/// page/model.js fills them in again and is the only reader. Times are in seconds since the start
/// of the run.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <weir/event.hpp>

namespace weir {

/// A job from its acceptance to its end.
class job_history {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit job_history(time_point accepted) : accepted_(accepted) {}

  /// None of its needs is open any more. \param last the job that ended last.
  void ready(time_point at, std::uint64_t last);
  void started() { running_ = true; }
  void attempt_ended(unsigned slot, const attempt_result& result);

  /// Over all attempts.
  const resource_usage& used() const noexcept { return used_; }
  std::uint64_t bytes() const noexcept { return bytes_; }

  struct extras {
    bool with_tail;     ///< may include the last lines of output and a long command line
    std::string place;  ///< of its results, within their directory; empty: none
  };
  /// Appends the job's row, with its newline. \param started when the run started.
  void append_row(std::string& to, const job_ended& e, time_point started,
                  const extras& more) const;

 private:
  struct attempt {
    unsigned slot;
    time_point started;
    time_point ended;
    std::string how;
    std::string node;
  };

  void append_attempts(std::string& to, time_point started) const;

  time_point accepted_;
  std::optional<time_point> ready_;
  std::uint64_t last_need_ = 0;
  bool running_ = false;
  std::vector<attempt> attempts_;  ///< the first few
  resource_usage used_;
  std::uint64_t bytes_ = 0;
  std::shared_ptr<const group_usage> group_;  ///< of the last attempt
};

/// Writes `<` as \u003c: the text is still JSON, and nothing in it can end a script element.
void escape_for_script(std::string& json);

}  // namespace weir
