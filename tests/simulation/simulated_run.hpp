/// The real run, from engine to records, with everything outside it simulated, step by step.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "dialects/joblog_history.hpp"
#include "files/journal_file.hpp"
#include "files/writer.hpp"
#include "input/journal/journal_history.hpp"
#include "loop/timer_queue.hpp"
#include "run/batch_run.hpp"
#include "simulation/invariants.hpp"
#include "simulation/scenario.hpp"
#include "simulation/simulated_clock.hpp"
#include "simulation/simulated_disk.hpp"
#include "simulation/simulated_executor.hpp"
#include "simulation/simulated_gates.hpp"
#include "simulation/simulated_sink.hpp"
#include "values/run_identity.hpp"

namespace simulation {

/// What a crash leaves behind, and what was known at that point.
struct crash {
  disk_contents disk;
  bool amid_a_step;
  bool has_failed;  ///< a record could not be written
  std::vector<seen_job> jobs;
  std::vector<bool> running;           ///< by number
  std::vector<bool> ended;             ///< and reported; by number
  std::vector<std::uint64_t> numbers;  ///< by place in the plan
  std::vector<end_on_record> ends;
};

class simulated_run {
 public:
  /// \param resumed the disk; null: the run does not resume another.
  simulated_run(const scenario& plan, const disk_contents* resumed, bool keep_trace);
  ~simulated_run();

  /// Runs until the run is over, or a rule is broken.
  void run();

  invariants& seen() noexcept { return *seen_; }
  std::vector<crash>& crashes() noexcept { return crashes_; }
  /// What is on the disk in the end. \pre the run has kept a file.
  const simulated_file& file(file_kind kind) const { return disk_->file(kind); }

 private:
  std::unique_ptr<weir::source> make_source();
  weir::batch_outputs outputs();
  void open_records(weir::batch_outputs& to);
  void resume();
  void resume_journal();
  void resume_joblog();
  weir::batch_settings settings();
  void happen(const world_event& e);
  void terminate();
  void control(const world_event& e);
  void end_jobs(const world_event& e);
  void add_job();
  void look_at_memory();
  void die();
  bool step();
  bool read_sinks();
  void keep_crash(bool amid_a_step);
  void look_at_crashes(const std::vector<std::uint64_t>& planned, std::uint64_t now);
  bool may_lack(file_kind kind) const;
  void check_records();
  void finish();

  const scenario& plan_;
  bool resumes_;
  bool keeps_records_ = false;  ///< of the run that it resumes
  weir::end_test knows_;        ///< likewise
  boost::asio::io_context loop_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};  ///< a single thread
  boost::asio::executor_work_guard<weir::loop_executor> work_{loop_.get_executor()};
  simulated_clock clock_;
  weir::timer_queue timers_{clock_};
  std::optional<simulated_disk> disk_;
  std::optional<invariants> seen_;
  simulated_sink out_sink_;
  simulated_sink err_sink_;
  weir::writer out_;
  weir::writer err_;
  weir::run_identity identity_;
  std::unique_ptr<weir::journal_file> journal_;
  weir::journal_history earlier_;
  weir::joblog_history earlier_log_;
  std::unique_ptr<weir::source> source_;
  std::optional<simulated_executor> executor_;
  std::optional<simulated_tokens> tokens_;
  std::optional<simulated_gate> gate_;
  std::size_t next_added_ = 0;  ///< place in the plan
  bool is_short_of_memory_ = false;
  std::optional<weir::batch_run> run_;
  std::optional<weir::run_result> result_;
  std::exception_ptr error_;
  std::uint64_t steps_ = 0;
  std::vector<crash> crashes_;
};

}  // namespace simulation
