/// The end of a run, when no job runs any more: collected output is written, for as long as that
/// makes sense.
///
/// drain_machine decides; this asks the clock and the writers, drops what is given up, and reports
/// how many bytes of which jobs that was. It knows no signal and no exit status.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "batch/drain_machine.hpp"
#include "files/writer.hpp"
#include "loop/timer_queue.hpp"
#include "report/output.hpp"

namespace weir {

class draining {
 public:
  /// Where output waits; all of it must outlive this. `err` may be `out`.
  struct outputs {
    output& jobs;
    writer& out;
    writer& err;
  };

  using printer = std::function<void(std::string_view line)>;

  /// \param patience how long no byte may move in a run that is being stopped.
  /// \param say prints a line for people.
  draining(timer_queue& timers, duration patience, outputs to, printer say);

  /// Receives every request to stop the run, from its beginning. \param reason for people.
  void request(stop_request what, const std::string& reason);

  /// No job runs any more. Suspends until the jobs' output has been written or was given up.
  awaitable<> write_jobs();
  /// Reports what was lost meanwhile because an output failed.
  void tell_lost();
  /// The same for weir's own messages. To be called last.
  awaitable<> write_messages();

  /// Reports what is left to write, if no job runs any more.
  void print_state() const;

  /// Bytes of output; 0 as long as jobs run.
  std::uint64_t left_to_write() const { return has_begun() ? waiting() : 0; }

  bool has_begun() const noexcept { return machine_.has_begun(); }
  /// Whether bytes were dropped.
  bool gave_up() const noexcept { return gave_up_; }
  /// What was reported as not written.
  const unwritten_bytes& told() const noexcept { return told_; }

 private:
  using clock = std::chrono::steady_clock;

  std::uint64_t moved() const { return to_.out.sent() + to_.err.sent(); }
  std::uint64_t waiting() const;
  void watch();
  void look();
  void give_up();
  void tell(const unwritten_bytes& lost);
  void limit_last_words();

  timer_queue& timers_;
  drain_machine machine_;
  outputs to_;
  printer say_;
  timer_queue::timer next_look_;
  bool gave_up_ = false;
  unwritten_bytes told_;
};

}  // namespace weir
