/// A whole run inside another program: many command lines at once, bounded and drained.
///
/// This is what the weir command does between its command line and its exit status, as one
/// coroutine: jobs come from a source, an executor runs them, observers are notified of what
/// happens, and an inbox takes requests to stop. See docs/embedding.md for a complete program.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <unistd.h>

#include <weir/awaitable.hpp>
#include <weir/event.hpp>
#include <weir/executor.hpp>
#include <weir/job_spec.hpp>
#include <weir/notice.hpp>
#include <weir/run_result.hpp>
#include <weir/source.hpp>

namespace weir {

struct run_options {
  std::size_t limit = 1;              ///< jobs running at once; 0: no limit
  std::size_t pending_limit = 10000;  ///< jobs waiting; the source is not read further
  duration delay{};                   ///< minimum time between two starts
  duration close_timeout = std::chrono::seconds(10);  ///< from SIGTERM to SIGKILL
  duration shield_timeout =
      std::chrono::seconds(60);  ///< how long an interrupt waits for shielded jobs

  output_mode output = output_mode::group;  ///< how jobs' output is passed on
  bool keep_order = false;                  ///< pass it on in the order of the jobs
  int out = STDOUT_FILENO;                  ///< where it goes; must stay open until the run is over
  int err = STDERR_FILENO;

  /// Notified of what happens, in order, on the loop's thread; they must outlive the run.
  std::vector<observer*> observers = {};
  bool observe_output = false;  ///< notify them of jobs' output too (job_output)
};

/// Takes messages to a run, even before it begins. Use one for each run, on the loop's thread; from
/// another thread, post to the loop.
class run_inbox final : public inbox {
 public:
  /// Messages are kept until the run begins, and ignored once it is over.
  void take(const notice& what) override;

  /// Starts nothing more and ends what is running, after waiting for what is shielded; a second
  /// call stops waiting for that; a third one kills. \param reason human-readable.
  void stop(std::string reason = "asked to stop", stop_request how = stop_request::interrupt) {
    take(stop_asked{how, std::move(reason)});
  }

 private:
  friend class run_connection;
  inbox* run_ = nullptr;
  bool over_ = false;
  std::deque<notice> kept_;
};

/// Runs all jobs of the source, and completes when there is nothing left to do or to write. All
/// arguments must outlive it. A job's failure is never an exception: observers are notified of it,
/// and the result counts it. \throws io_error if there are too few file descriptors to begin.
awaitable<run_result> run_batch(source& jobs, executor& runner, run_options options,
                                run_inbox& inbox);

/// A source of jobs added by the program, which may go on adding while the run lasts. It ends once
/// finish() has been called and all jobs have been taken.
class job_list final : public source {
 public:
  /// \param settings for all jobs added without their own.
  explicit job_list(job_settings settings = {});
  ~job_list() override;

  /// A command line, executed without a shell. \returns its number, from 1.
  std::uint64_t add(argument_list argv);
  std::uint64_t add(argument_list argv, std::shared_ptr<const job_settings> settings);
  /// No more jobs will be added.
  void finish();

  awaitable<std::optional<job_spec>> next() override;
  void close() override;

 private:
  struct waiting;

  std::shared_ptr<const job_settings> settings_;
  std::deque<job_spec> jobs_;
  std::uint64_t added_ = 0;
  bool finished_ = false;
  std::unique_ptr<waiting> reader_;
};

}  // namespace weir
