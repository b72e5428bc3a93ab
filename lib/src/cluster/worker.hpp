/// The other end of a run: takes attempts from a stream, runs them as processes of this machine,
/// and sends back what they write and how they end.
///
/// All that a job may count on is the local executor's: its tree, timeouts, shields, leftovers.
/// The run decides, and this obeys; but a worker whose run has gone, or says nothing any more, ends
/// its jobs as a run does that is terminated, and itself. Output is sent within a job's credit, so
/// that neither side keeps more than that for a reader that is slow.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <weir/executor.hpp>
#include <weir/notice.hpp>

#include "cluster/frame_link.hpp"
#include "loop/completion.hpp"
#include "loop/timer_queue.hpp"
#include "process/local_executor.hpp"

namespace weir {

struct worker_settings {
  local_executor_settings local = {};
  hello_message self = {};
};

class worker final : private frame_link::owner, private inbox {
 public:
  /// Greets. \param in, out stay open as long as the worker. \param timers of the jobs: they stand
  /// still while the run is suspended. \throws io_error for what cannot be waited for.
  worker(const loop_executor& loop, timer_queue& timers, worker_settings settings, int in, int out);
  ~worker() override;

  /// Completes when nothing is left to do, with or without the run.
  awaitable<> over();

  /// It was told to end (SIGTERM): what runs comes to its end, nothing more starts.
  void drain();
  /// Once more: what runs is ended.
  void end_all(ending how);

 private:
  class job;

  void take(const frame& one) override;
  void broken(const std::string& why) override;
  void advanced() override;
  void take(const notice& what) override;

  bool obey(const frame& one);
  bool set_up(const setup_message& setup);
  std::string enter(const setup_message& setup);
  bool start(start_message message);
  awaitable<> run(job& one);
  void hand_back(job& one);
  void finished(job& one, const attempt_result& result);
  bool give_credit(const credit_message& credit);
  void end_shields(const end_shields_message& how);
  void suspend();
  void resume();
  awaitable<> finish(finish_message how);
  void tell_shields();
  void look_at_time();
  void be_alone();
  awaitable<> clean_up_alone();
  void leave_if_done();
  job* find(std::uint64_t id);

  loop_executor loop_;
  timer_queue& timers_;
  timer_queue own_timers_;  ///< go on while jobs are suspended
  worker_settings settings_;
  std::unique_ptr<frame_link> link_;
  std::optional<setup_message> setup_;
  std::unique_ptr<local_executor> executor_;
  std::shared_ptr<const job_settings> common_;  ///< of jobs from here on
  std::map<std::uint64_t, std::unique_ptr<job>> jobs_;
  timer_queue::timer watch_;
  timer_queue::timer shields_end_;
  std::uint32_t shields_told_ = 0;
  bool suspended_ = false;
  bool draining_ = false;
  bool finishing_ = false;
  bool alone_ = false;
  bool cleans_up_ = false;
  bool last_word_ = false;  ///< was said
  completion over_;
};

}  // namespace weir
