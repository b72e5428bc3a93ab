#include "parallel_judge.hpp"

#include <algorithm>
#include <string>
#include <variant>

#include "cluster/pilot_executor.hpp"
#include "report/stop_text.hpp"
#include "values/stop_reason.hpp"

namespace weir::cli {

namespace {

/// parallel(1), EXIT STATUS.
constexpr std::uint64_t most_told = 100;
constexpr int more_failed = 101;
constexpr int parallel_error = 255;

/// In percent, rounded up.
int share(std::uint64_t some, std::uint64_t all) {
  const std::uint64_t whole = std::max<std::uint64_t>(all, 1);
  return static_cast<int>((some * 100 + whole - 1) / whole);
}

}  // namespace

void parallel_judge::on(const event& e) {
  if (const auto* change = std::get_if<stop_changed>(&e)) {
    no_worker_left_ = no_worker_left_ || change->reason == pilot_executor::no_worker_left;
    if (change->reason == reason_halt && !at_halt_) at_halt_ = now_;
    return tell(*change);
  }
  const auto* unusual = std::get_if<warning>(&e);
  if (unusual != nullptr && tells_ && elsewhere_ && say) return say(unusual->text);
  const auto* end = std::get_if<job_ended>(&e);
  if (end == nullptr) return;
  if (end->judged == verdict::succeeded) now_.last = 0;
  if (end->judged != verdict::failed) return;
  ++now_.failed;
  now_.last = last_failure_ = shell_status(end->result.how);
  const std::string why = tells_ && say ? untold_failure(*end) : "";
  if (!why.empty()) say(why);
}

/// For a run that was asked to wait for its jobs: this is the only reaction that the sender sees.
void parallel_judge::tell(const stop_changed& change) const {
  if (!tells_ || !say || change.phase != stop_phase::running || change.reason != "SIGHUP") return;
  const std::string jobs = count_jobs(change.running);
  say("SIGHUP: no more jobs start" +
      (change.running == 0
           ? ""
           : "; waiting for " + jobs + "; SIGTERM ends " + (change.running == 1 ? "it" : "them")));
}

/// Whether the first job that counts stops the run: then its status is used.
bool parallel_judge::halts_at_first(std::uint64_t jobs) const {
  return halt_.percent ? halt_.count * jobs == 100 : halt_.count == 1;
}

int parallel_judge::status(const run_end& end) const {
  const run_result& result = end.result;
  const bool lost = end.result.output_error != 0 || end.result.output_given_up;
  if (result.error || lost || result.gave_up || end.result.left_alive) return parallel_error;
  if (semaphore_) return last_failure_;
  const bool halted = at_halt_ && end.stop_signal == 0 && !no_worker_left_;
  if (halted && result.enough) return 0;
  if (halted && halts_at_first(result.accepted)) return at_halt_->last;
  std::uint64_t failed = halted ? at_halt_->failed : result.jobs.failed;
  failed += facts_ ? facts_->left_out : 0;
  // To GNU parallel, jobs have failed that were to run on machines which cannot be used.
  if (no_worker_left_) failed += result.jobs.cancelled + result.jobs.not_started;
  if (halt_.percent) return share(failed, result.accepted);
  return failed > most_told ? more_failed : static_cast<int>(failed);
}

}  // namespace weir::cli
