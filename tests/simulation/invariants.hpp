/// The rules of a simulated run: those that hold for every run (rules/run_rules.hpp), and what only
/// a simulated world can know: what really runs, each byte of output, make's tokens, memory, and
/// that nothing is left to do.
///
/// It receives the same events as every other observer, and learns from the simulated executor what
/// really ran.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/executor.hpp>

#include "rules/run_rules.hpp"
#include "simulation/numbering.hpp"
#include "simulation/output_check.hpp"
#include "simulation/record_check.hpp"
#include "simulation/scenario.hpp"

namespace simulation {

using rules::job_text;
using rules::no_limit;
using rules::rule;
using rules::seen_job;
using rules::words;

class simulated_gate;
class simulated_tokens;

struct violation {
  rule broken;
  std::string how;
};

/// What the executor knows of a job.
struct seen_attempt {
  bool runs = false;
  bool stands_still = false;  ///< it was suspended
  bool asked_to_end = false;
  bool died_of_term = false;  ///< as the run was being stopped
};

class invariants final : public rules::run_rules {
 public:
  invariants(const scenario& plan, weir::timer_queue& timers);

  void on(const weir::event& e) override;

  // Called by the simulated world:
  void source_is_read() { check_pending(0); }
  void attempt_begins(const weir::attempt_request& request);
  void attempt_is_ended(const weir::job_spec& job, weir::ending how);
  void attempt_is_over(const weir::job_spec& job);
  void attempt_dies_of_term(const weir::job_spec& job);
  void wrote(const weir::job_spec& job, weir::output_stream which, std::string_view line);
  void slots_changed(int by);
  void slots_set(std::uint64_t number);
  void starts_are_paused(bool now) { paused_ = now; }
  void attempt_stands_still(const weir::job_spec& job, bool now);
  /// \param told the attempt has been told to end, before. \param known to the run.
  void part_is_ended(const weir::job_spec& job, bool told, bool known);
  /// Called before the engine hears of it. \returns whether there is such a job that has not ended.
  bool is_unwanted(std::uint64_t seq);
  /// \param found by the engine: jobs that had not ended.
  void unwanted_was_told(std::uint64_t seq, bool there, std::size_t found);
  /// \param refused why there is none; else empty.
  void was_added(std::uint64_t seq, const std::string& refused, std::size_t most);
  void memory_was_told(bool is_short);
  bool is_suspended() const noexcept { return suspended_; }
  bool anything_stands_still() const;
  void tokens_died(bool conserved);
  void room_is_missing(bool now) { room_missing_ = now; }
  /// Called after each step of the loop.
  void step(std::size_t queued_memory);
  /// Called when nothing is left to do before the next deadline.
  void idle();
  /// \param error errno value of a failed output; 0: none. \param told as not written; null: a
  /// reader has gone, and misses nothing.
  void run_is_over(const weir::run_result& result, int status, int error,
                   const std::array<std::string, 2>& received, const weir::unwritten_bytes* told);

  void broken(rule r, std::string how) override;
  /// From now on nothing is a fault.
  void look_away() noexcept { looks_away_ = true; }
  const std::optional<violation>& found() const noexcept { return found_; }

  numbering numbers;
  /// Null: there are none.
  const simulated_tokens* tokens = nullptr;
  const simulated_gate* gate = nullptr;

  /// Jobs with an attempt that has begun, and is not over.
  std::vector<bool> running() const;
  /// Jobs that had ended when the loop was last idle.
  const std::vector<bool>& ended_when_idle() const noexcept { return ended_when_idle_; }
  const run_on_record& on_record() const noexcept { return on_record_; }
  std::uint64_t fingerprint() const noexcept { return fingerprint_; }

  /// One line per event, if requested.
  bool keeps_trace = false;
  std::vector<std::string> trace;

 private:
  seen_attempt& attempt_of(const weir::job_spec& job) { return attempts_[job.seq]; }
  void note_event(const weir::event& e);
  void check_death(const weir::job_spec& job, bool failed);
  void note(std::string_view what, std::uint64_t number);
  bool is_awake(std::uint64_t seq) const { return !attempts_[seq].stands_still; }
  void check_gates(const weir::job_spec& job);
  void check_all_accepted();
  void check_tokens();
  void check_tokens_at_end();
  void check_nobody_waits_for_nothing();

  const scenario& plan_;
  std::vector<seen_attempt> attempts_;  ///< by job number
  std::vector<bool> ended_when_idle_;
  std::vector<std::uint64_t> ended_since_;  ///< jobs
  output_check output_;
  run_on_record on_record_;
  std::optional<violation> found_;
  bool looks_away_ = false;
  std::uint64_t fingerprint_ = 0xcbf29ce484222325;
  std::uint64_t added_ = 0;  ///< jobs, from outside
  bool room_missing_ = false;
  bool all_alike_ = true;  ///< every job takes just one slot, and maybe claims something
};

}  // namespace simulation
