/// JSON Lines, one line at a time: jobs are returned while later lines are still being written.
///
/// Memory does not grow with the number of lines: it keeps only jobs that wait for a name still to
/// come, and the names of the latest jobs, each up to a bound. It reads nothing itself; the caller
/// feeds it lines.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "input/manifest/manifest.hpp"

namespace weir {

struct job_stream_options {
  /// How many jobs may be held back because they need one that has not come: the pending limit. One
  /// more is a fault.
  std::size_t held = 1000;
  /// How many names of returned jobs are kept, for `needs` to refer to and to detect duplicates.
  std::size_t names = 100'000;
  manifest_context context = {};
};

class job_stream {
 public:
  /// \param file name of the input, for messages.
  explicit job_stream(std::string file, const job_stream_options& options = {});
  /// Behind a manifest that was read whole: only for add().
  job_stream(const manifest& all, const job_stream_options& options);
  ~job_stream();
  job_stream(job_stream&&) noexcept;
  job_stream& operator=(job_stream&&) noexcept;

  /// Takes the next line, without its newline; blank lines are skipped.
  /// \returns the jobs that the engine can take now, in order: none (the line has the settings, or
  /// its job waits for a later one), one, or all jobs of a matrix, and jobs that waited for these.
  /// Each has the next seq, and needs only jobs returned before it.
  /// \throws usage_error with every fault of the line; the stream must then not be used any more.
  std::vector<manifest_job> feed(std::string_view line);

  /// Takes a line from outside while the jobs run: the object of a job, or a command line, which
  /// becomes a job named "added-1" and so on. It needs only jobs that were given.
  /// \returns as feed(); those of this line are marked. \throws usage_error with every fault of the
  /// line; the stream is as it was before.
  std::vector<manifest_job> add(std::string_view line);

  /// The input has ended.
  /// \throws usage_error if jobs still wait: unknown names and cycles.
  void finish();

  /// What the first line set; defaults before that, or if it was a job. Final once a non-blank line
  /// was fed.
  const run_settings& run() const noexcept;
  const std::vector<pool_settings>& pools() const noexcept;
  bool begun() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace weir
