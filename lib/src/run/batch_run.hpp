/// One whole run: from its first job to the last byte of its output and the last line of its
/// records.
///
/// It makes and connects the parts, and determines the order in which a run comes to its end. It
/// knows no command line, no process and no signal: jobs come from a source, any executor runs
/// them, bytes go to two writers, and what happens outside is reported to inlet().
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/awaitable.hpp>
#include <weir/event.hpp>
#include <weir/executor.hpp>
#include <weir/run_result.hpp>
#include <weir/source.hpp>

#include "batch/durations.hpp"
#include "batch/engine.hpp"
#include "files/spool.hpp"
#include "files/writer.hpp"
#include "loop/timer_queue.hpp"
#include "report/output.hpp"
#include "report/output_tee.hpp"
#include "report/records/journal.hpp"
#include "report/records/record_set.hpp"
#include "run/draining.hpp"

namespace weir {

/// Shows people how a run is going, in addition to its events.
class run_display : public observer {
 public:
  /// A line from the run itself.
  virtual void print(std::string_view line) = 0;
  /// The run could not go on, or its end was not written.
  virtual void fail(const std::string& what) = 0;
  /// Everything is over except reporting it. \param records where they are.
  virtual void finish(const std::vector<std::string>& records) = 0;
};

/// An open record: nothing can be refused any more.
struct opened_record {
  std::unique_ptr<record> one;
  std::string name;  ///< for people: where it is
  bool wants_output = false;
};

/// Where to keep the durations of jobs.
struct kept_durations {
  duration_recorder& recorder;
  std::string file;
};

struct batch_settings {
  engine_settings engine = {};
  output_options output = {};
  leftover_rule leftovers = leftover_rule::leave;  ///< for jobs with no rule of their own
  /// Say after a second that what jobs have left is being ended. Not where the run has workers: it
  /// waits for their end, too.
  bool tells_of_leftovers = false;
  temporary_place held_in = {};  ///< output that does not fit into memory
  spool_limits held = {};
};

/// Where a run's bytes, events and words go. Everything referred to must outlive the run.
struct batch_outputs {
  writer& out;
  writer& err;  ///< may be `out`
  run_display* display = nullptr;
  std::vector<observer*> observers = {};
  std::vector<observer*> output_observers = {};  ///< also receive what jobs write
  std::vector<opened_record> records = {};
  std::unique_ptr<weir::journal> journal = nullptr;
  std::string journal_name = {};
  std::optional<kept_durations> durations = {};
};

class batch_run final : private observer {
 public:
  /// All references must outlive this.
  batch_run(loop_executor loop, timer_queue& timers, const batch_settings& settings, source& jobs,
            executor& runner, batch_outputs outputs);
  ~batch_run() override;

  /// Everything from outside is reported there.
  inbox& inlet() noexcept { return engine_; }
  /// The output of jobs, for setting what surrounds it before the run.
  output& jobs_output() noexcept { return output_; }
  /// \param look is called before each start of a job, for what has arrived from outside meanwhile.
  void look_outside(std::function<void()> look) { engine_.look_outside = std::move(look); }

  /// Runs everything; to be called once. Completes when nothing is left to do, or the rest was
  /// given up.
  awaitable<run_result> run();

  /// Reports what is left to write, if no job runs any more.
  void print_state() const { draining_.print_state(); }
  /// Bytes of output; 0 as long as jobs run.
  std::uint64_t left_to_write() const { return draining_.left_to_write(); }
  /// The jobs' output that was reported as not written.
  const unwritten_bytes& told_unwritten() const noexcept { return draining_.told(); }

 private:
  class inherited_output;
  class output_watchers;

  void on(const event& e) override;
  output_router& router();
  std::vector<observer*> observers();
  void add_records();
  void hear_stop(const stop_asked& asked);
  void tell_of_leftovers();
  void print(std::string_view line);
  awaitable<> end_leftovers();
  awaitable<> let_failures_be_told();
  void keep_durations();
  void tell_the_end();

  loop_executor loop_;
  timer_queue& timers_;
  batch_settings settings_;
  batch_outputs outputs_;
  executor& executor_;
  spool_space space_;
  output output_;
  std::unique_ptr<output_router> raw_;  ///< if jobs inherit stdout and stderr
  record_set records_;
  std::unique_ptr<output_watchers> watchers_;
  std::optional<output_tee> tee_;
  draining draining_;
  engine engine_;
  std::optional<stop_request> asked_first_;           ///< by a person or a supervisor
  std::string asked_by_;                              ///< most recently: "SIGINT"
  std::chrono::steady_clock::time_point asked_at_{};  ///< most recently
  /// While what jobs have left running is ended: when it is killed.
  std::optional<timer_queue::clock::time_point> leftovers_until_;
  timer_queue::timer leftovers_told_;
  std::vector<process_stuck> stuck_;
  std::exception_ptr error_;           ///< after the engine was done
  std::exception_ptr lost_durations_;  ///< they could not be written
};

}  // namespace weir
