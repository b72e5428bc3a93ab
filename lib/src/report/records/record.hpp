/// A file about a run: written as events come, complete when the run is over.
///
/// A format is one file of this folder: a record that takes events, and a record_format that says
/// which option asks for it; formats.cpp lists them. A record knows only what events say about
/// jobs, and nothing at all about the other records. It throws if its file cannot be written; that
/// is reported once, here, and whoever receives the report stops the run: a record with holes would
/// be worse than none.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <weir/error.hpp>
#include <weir/event.hpp>

#include "files/row_ends.hpp"
#include "input/journal/row_mark.hpp"
#include "report/records/result_places.hpp"
#include "values/run_identity.hpp"

namespace weir {

/// The current time for a record; in a replayed run, what it was then.
using record_clock = std::function<std::chrono::steady_clock::time_point()>;

/// What formats learn about the run before its first event.
struct record_settings {
  const run_identity& run;        ///< outlives the record
  std::string path;               ///< the option's value
  std::optional<unsigned> limit;  ///< slots; nullopt: no limit
  bool resumed = false;           ///< what an earlier run left in the file is kept
  std::string suite = "weir";     ///< --junit-suite
  bool in_tree = false;           ///< --results as in GNU parallel: where a job's item says
  bool shows_line = false;  ///< jobs' texts are lines as GNU parallel shows them (shown_line.hpp)
  record_clock now = std::chrono::steady_clock::now;
  std::string again{};                      ///< job_settings::again of a manifest's jobs
  bool replayed = false;                    ///< from a journal
  std::uint64_t floor = 0;                  ///< of a replayed run: the least max_rss; 0: not known
  std::shared_ptr<result_places> places{};  ///< if there is a directory for each job, and a page
  /// Of a run that is resumed: which ends it knows. Rows of others at the end of a file go.
  end_test knows{};
};

/// Which records get the end of a job before which others. A run is resumed from a joblog or a
/// journal: who has an end there does not run again, so the records before it have it by then, and
/// one of them that could not be written leaves those after it without.
enum class end_turn { none, results, joblog, journal };

/// Which rows that an earlier run has left stay; empty: all. \param mark_in reads a row.
row_test test_of_rows(const record_settings& settings,
                      std::optional<row_mark> (*mark_in)(std::string_view));

class record : public observer {
 public:
  /// Never throws: the first error is reported to `failed`, and nothing is written after it.
  void on(const event& e) final;
  /// Writes what is buffered, so that readers of the file see it. Never throws.
  void flush() noexcept;
  /// Whether ends of jobs wait in memory for the next flush, for a file that a resumed run
  /// continues: it would never be told of them again.
  virtual bool holds_ends() const noexcept { return false; }
  /// Whether work was put off that would have kept the loop from its other work.
  virtual bool has_work() const noexcept { return false; }
  /// Whether something waits that can be written once the reader of a pipe takes more.
  virtual bool waits_for_reader() const noexcept { return false; }
  /// Whether something about this job, which has ended, is not in the file yet, nor with flush().
  virtual bool puts_off(std::uint64_t /*seq*/) const noexcept { return false; }
  /// Does one piece of what was put off. Never throws.
  void work() noexcept;
  /// The run is over: completes the file. Never throws.
  void finish() noexcept;

  /// Whether an error was reported: the file is incomplete, or may not even exist.
  bool is_broken() const noexcept { return broken_; }

  /// Called once, from within on, flush or finish.
  std::function<void(const io_error&)> failed;

  /// When it gets the ends of jobs; none: no run that is resumed asks for them.
  virtual end_turn turn() const noexcept { return end_turn::none; }
  /// The records that get the ends of jobs before this one. Alone, a record waits for none.
  struct other_records {
    /// Sees to it that they have them in their files.
    std::function<void()> write_ends = [] {};
    /// Whether one has yet to write something about this job, which has ended.
    std::function<bool(std::uint64_t seq)> put_off = [](std::uint64_t) { return false; };
    /// Whether one could not be written: what this record has not written yet, it never may.
    std::function<bool()> failed = [] { return false; };
  };
  other_records others;

 protected:
  /// \throws io_error
  virtual void take(const event& e) = 0;
  /// \throws io_error
  virtual void put_out() = 0;
  /// Does a piece of what was put off. \throws io_error
  virtual void go_on() {}
  /// Does everything that is left. \throws io_error
  virtual void complete() = 0;

  /// Has the other records write the ends of jobs. One that fails ends jobs, of which this record
  /// hears at once: until there are no more.
  /// \param count how many ends this record has to write.
  template <typename Count>
  void have_others_write(Count count) {
    for (std::size_t known = ~std::size_t{0}; known != count();) {
      known = count();
      others.write_ends();
    }
  }

  /// Runs `action`, which may throw io_error, unless there has been an error before.
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

/// How a format is requested and created.
struct record_format {
  std::string_view option;  ///< "--joblog"
  std::string_view value;   ///< of the option, as in --help: "FILE"
  std::string_view help;
  bool wants_output = false;  ///< needs job_output events; raw output has none
  /// \throws usage_error if the file cannot be written; the message begins with the path.
  std::unique_ptr<record> (*open)(const record_settings& settings);
  bool wants_item = false;  ///< needs job_spec::item
};

}  // namespace weir
