/// A file that tells of a run: written as events come, complete when the run is over.
///
/// A format is one file of this folder: a record that takes events, and a record_format that says
/// how it is asked for; formats.cpp lists them. A record knows nothing of jobs but what events say,
/// and of the other records nothing at all. It throws when its file cannot be written; that is told
/// once, here, and the run is stopped by whoever is told: a record with holes would be worse than
/// none.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <weir/error.hpp>
#include <weir/event.hpp>

#include "report/records/result_places.hpp"
#include "values/run_identity.hpp"

namespace weir {

/// Now, as a record is to take it: of a run that is told again, what it was then.
using record_clock = std::function<std::chrono::steady_clock::time_point()>;

/// What formats are told of the run before its first event.
struct record_settings {
  const run_identity& run;        ///< outlives the record
  std::string path;               ///< the option's value
  std::optional<unsigned> limit;  ///< slots; none: no limit
  bool resumed = false;           ///< what an earlier run left in the file is kept
  std::string suite = "weir";     ///< --junit-suite
  bool in_tree = false;           ///< --results as GNU parallel's: where a job's item says
  bool shows_line = false;        ///< jobs' texts are lines of GNU parallel's (shown_line.hpp)
  record_clock now = std::chrono::steady_clock::now;
  std::shared_ptr<result_places> places{};  ///< where there is a directory for each job, and a page
};

class record : public observer {
 public:
  /// Never throws: the first error is told to `failed`, and nothing is written after it.
  void on(const event& e) final;
  /// Puts out what is buffered, so that a reader of the file sees it. Never throws.
  void flush() noexcept;
  /// Whether ends of jobs wait in memory for the next flush, of a file that a resumed run goes on
  /// with: it would never be told of them again.
  virtual bool holds_ends() const noexcept { return false; }
  /// Whether something was put off that would keep the loop from its other work.
  virtual bool has_work() const noexcept { return false; }
  /// Does a piece of that. Never throws.
  void work() noexcept;
  /// The run is over: makes the file complete. Never throws.
  void finish() noexcept;

  /// Whether it was told of: the file is not complete, and may not even be there.
  bool is_broken() const noexcept { return broken_; }

  /// Told once, from within on, flush or finish.
  std::function<void(const io_error&)> failed;

 protected:
  /// \throws io_error
  virtual void take(const event& e) = 0;
  /// \throws io_error
  virtual void put_out() = 0;
  /// A piece of what was put off. \throws io_error
  virtual void go_on() {}
  /// Does all that is left. \throws io_error
  virtual void complete() = 0;

  /// Runs `action`, which may throw io_error, unless there was an error before.
  template <typename Action>
  void guarded(Action action) noexcept {
    if (broken_) return;
    try {
      action();
    } catch (const io_error& error) {
      broken_ = true;
      if (failed) failed(error);
    }
  }

 private:
  bool broken_ = false;
};

/// How a format is asked for, and made.
struct record_format {
  std::string_view option;  ///< "--joblog"
  std::string_view value;   ///< of the option, in --help: "FILE"
  std::string_view help;
  bool wants_output = false;  ///< job_output events; not to be had from raw output
  /// \throws usage_error when the file cannot be written; it begins with the path.
  std::unique_ptr<record> (*open)(const record_settings& settings);
  bool wants_item = false;  ///< job_spec::item
};

}  // namespace weir
