/// A whole run inside a program of yours: many command lines at once, bounded and drained.
///
/// What the weir command does between its command line and its exit status, as one coroutine: jobs
/// come from a source, an executor runs them, observers are told what happens, and whoever wants it
/// to end says so to an inbox. docs/embedding.md has a whole program.
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
  std::size_t limit = 1;              ///< jobs at once; 0: no limit
  std::size_t pending_limit = 10000;  ///< jobs waiting; the source is not read beyond
  duration delay{};                   ///< between two starts, at least
  duration close_timeout = std::chrono::seconds(10);   ///< from TERM to KILL
  duration shield_timeout = std::chrono::seconds(60);  ///< for shielded jobs, after an interrupt

  output_mode output = output_mode::group;  ///< how the output of jobs goes on
  bool keep_order = false;                  ///< in the order of the jobs
  int out = STDOUT_FILENO;                  ///< where it goes: open until the run is over
  int err = STDERR_FILENO;

  /// Told of what happens, in order, on the loop's thread; they outlive the run.
  std::vector<observer*> observers = {};
  bool observe_output = false;  ///< they are told of what jobs write, too (job_output)
};

/// Where the outside reaches a run, from before it begins; one for each run. Used on the loop's
/// thread; from another one, post to the loop.
class run_inbox final : public inbox {
 public:
  /// Kept for the run until it begins, and of no effect when it is over.
  void take(const notice& what) override;

  /// Nothing more starts and what runs is ended, after what is shielded; asked once more, without
  /// waiting for that; once more, by KILL. \param reason for people.
  void stop(std::string reason = "asked to stop", stop_request how = stop_request::interrupt) {
    take(stop_asked{how, std::move(reason)});
  }

 private:
  friend class run_connection;
  inbox* run_ = nullptr;
  bool over_ = false;
  std::deque<notice> kept_;
};

/// Runs all jobs of the source and completes when nothing of them is left to do or to write.
/// All arguments outlive it. A job's fate is never an exception: observers are told of it, and the
/// result counts. \throws io_error when a descriptor is missing to begin with.
awaitable<run_result> run_batch(source& jobs, executor& runner, run_options options,
                                run_inbox& inbox);

/// Jobs that a program has at hand. One may be added as long as the run goes on; it ends when
/// finish() was called and all were given.
class job_list final : public source {
 public:
  /// \param settings of all jobs that are added without their own.
  explicit job_list(job_settings settings = {});
  ~job_list() override;

  /// A command line, executed without a shell. \returns its number, from 1.
  std::uint64_t add(argument_list argv);
  std::uint64_t add(argument_list argv, std::shared_ptr<const job_settings> settings);
  /// No more are added.
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
