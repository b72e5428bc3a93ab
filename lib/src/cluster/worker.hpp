/// The other end of a run: takes attempts from a stream, runs them as processes of this machine,
/// and sends back what they write and how they end.
///
/// Everything a job may rely on is done by the local executor: its tree, timeouts, shields,
/// leftovers.
/// The run decides, and the worker obeys; but a worker whose run has gone, or has fallen silent,
/// ends its jobs, like a run that is terminated, and then itself. Output is sent within a job's
/// credit, so that neither side keeps more than that for a slow reader.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <weir/executor.hpp>
#include <weir/notice.hpp>

#include "cluster/frame_link.hpp"
#include "cluster/tree_receiver.hpp"
#include "loop/completion.hpp"
#include "loop/timer_queue.hpp"

namespace weir {

/// Makes the executor of a worker's jobs, where and as the run's settings ask for. \param node the
/// worker's name. \param shields_changed is called each time that has_shield() of an attempt may
/// have changed.
/// \throws usage_error or io_error, if that is not possible: then the worker refuses to work.
using worker_host = std::function<std::unique_ptr<executor>(
    const setup_message& setup, const std::string& node, std::function<void()> shields_changed)>;

struct worker_settings {
  worker_host host;
  hello_message self = {};
};

class worker final : private frame_link::owner, private inbox {
 public:
  /// Sends the greeting. \param in, out stay open as long as the worker. \param job_timers are
  /// paused while the run is suspended. \param own_timers go on. \throws io_error if a descriptor
  /// cannot be waited for.
  worker(const loop_executor& loop, timer_queue& job_timers, timer_queue& own_timers,
         worker_settings settings, int in, int out);
  ~worker() override;

  /// Completes when nothing is left to do, with or without the run.
  awaitable<> over();

  /// It was told to stop (SIGTERM): running jobs go on to their end, nothing more starts.
  void drain();
  /// Told again: running jobs are ended.
  void end_all(ending how);

 private:
  class job;

  /// Files of an attempt that has not been started.
  struct arrival {
    std::unique_ptr<tree_receiver> files = std::make_unique<tree_receiver>("send");
    bool cleanup = false;
  };

  void take(const frame& one) override;
  void broken(const std::string& why) override;
  void advanced() override;
  void take(const notice& what) override;

  bool obey(const frame& one);
  bool set_up(const setup_message& setup);
  std::string make_executor(const setup_message& setup);
  bool start(start_message message);
  bool take_file(const frame& one);
  void drop(const attempt_message& which);
  awaitable<> give_back(job& one, attempt_result& result);
  void forget_job(std::uint64_t id);
  void clean(const clean_message& which);
  void forget_arrival(arrival one);
  bool is_needed(const std::string& path) const;
  void remove_unneeded();
  void remove_rest();
  awaitable<> run(job& one);
  void hand_back(job& one);
  void finished(job& one, const attempt_result& result);
  bool give_credit(const credit_message& credit);
  void end_shields(const end_shields_message& which);
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
  timer_queue& own_timers_;
  worker_settings settings_;
  std::unique_ptr<frame_link> link_;
  std::optional<setup_message> setup_;
  std::unique_ptr<executor> executor_;
  std::shared_ptr<const job_settings> common_;  ///< for the jobs that follow
  std::map<std::uint64_t, std::unique_ptr<job>> jobs_;
  std::map<std::uint64_t, arrival> arriving_;
  /// What attempts that are over have returned, until it has arrived.
  std::map<std::uint64_t, std::vector<std::string>> returned_;
  std::set<std::string> unwanted_;  ///< paths to be removed once no job needs them
  timer_queue::timer watch_;
  timer_queue::timer shields_end_;
  bool suspended_ = false;
  bool draining_ = false;
  bool finishing_ = false;
  bool alone_ = false;
  bool cleans_up_ = false;
  bool is_leaving_ = false;  ///< no job comes any more
  bool last_word_ = false;   ///< has been sent
  completion over_;
};

}  // namespace weir
