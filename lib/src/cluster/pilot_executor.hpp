/// Runs attempts elsewhere: on workers, each of which is a process with a stream to it.
///
/// It starts the workers, gives each attempt to the one with the most room, and tells the run how
/// many jobs may run at once as workers come and go. If a worker is lost, its attempts are not:
/// they run again elsewhere, as often as allowed, since nobody knows how they ended. It knows
/// neither how a worker is started (worker_launch), nor what an outcome means.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <weir/executor.hpp>

#include "cluster/message.hpp"
#include "cluster/pilot_room.hpp"
#include "cluster/worker_process.hpp"
#include "loop/completion.hpp"
#include "loop/timer_queue.hpp"
#include "process/launcher.hpp"
#include "values/gpu_pool.hpp"

namespace weir {

/// How to start one worker, and what is known about it beforehand.
struct worker_launch {
  std::vector<std::string> argv;
  std::string title;                     ///< as requested: its name until it has introduced itself
  std::string node;                      ///< its name from then on; empty: its host's own name
  std::optional<unsigned> slots;         ///< nullopt: as many as it has processors
  std::string if_missing;                ///< advice if weir is missing there, or is another version
  std::string program = "weir";          ///< what may be missing
  std::string dir;                       ///< where its jobs run; empty: where it starts
  std::string machine;                   ///< same word, same machine; empty: its own
  std::vector<std::string> labels = {};  ///< that jobs can ask for

  bool bears(std::string_view label) const {
    return label.empty() || std::ranges::find(labels, label) != labels.end();
  }
};

/// Starts a worker's process. \throws io_error
using worker_starter = std::function<std::unique_ptr<worker_process>(
    const loop_executor&, const worker_launch&, const inherited_state&)>;
/// As the command that the launch says, on this machine.
std::unique_ptr<worker_process> spawn_worker(const loop_executor& loop, const worker_launch& how,
                                             const inherited_state& state);

struct pilot_settings {
  std::vector<worker_launch> workers = {};
  worker_starter start = spawn_worker;
  inherited_state state = inherited_state::current();
  std::optional<std::size_t> limit = {};  ///< of jobs at once; nullopt: the workers' slots
  std::optional<unsigned> gpus = {};      ///< on each machine; nullopt: those that it says it has
  std::vector<std::string> files = {};    ///< sent to each worker before its first job
  unsigned node_retries = 2;              ///< how often a lost attempt may run again
  duration close_timeout = std::chrono::seconds(10);
  duration wait_timeout = std::chrono::seconds(60);
  duration term_timeout = std::chrono::seconds(5);
  leftover_rule leftovers = leftover_rule::leave;
  control_group_use control_groups = control_group_use::automatic;
  std::string slot_variable = {};
  duration beat = std::chrono::seconds(5);             ///< each side says something that often
  duration worker_silence = std::chrono::seconds(30);  ///< after this, a worker is lost
  duration run_silence = std::chrono::seconds(20);  ///< after this, a worker takes the run for lost
  duration goodbye = std::chrono::seconds(5);       ///< how long a worker's process may take to end
};

/// The state of a worker, for people and programs that ask.
struct worker_state {
  std::string name;
  std::string_view how;  ///< "starting", "ready", "draining", "ending", "ended", "lost"
  unsigned slots = 0;    ///< 0: not known yet, or none of them is left
  unsigned running = 0;  ///< jobs
  std::vector<std::string> labels = {};
};

class pilot_worker;
class pilot_attempt;
struct pilot_machine;

class pilot_executor final : public executor, public observer {
 public:
  /// The reason of a stop when all workers are lost, or could not be started.
  static constexpr std::string_view no_worker_left = "lack of workers";

  /// \param timers must outlive this. They may be paused: then the workers are, too.
  pilot_executor(loop_executor loop, timer_queue& timers, pilot_settings settings);
  pilot_executor(const pilot_executor&) = delete;
  pilot_executor& operator=(const pilot_executor&) = delete;
  ~pilot_executor() override;

  /// Starts the workers.
  void report_to(inbox& to) override;
  awaitable<attempt_result> run(attempt_request request, running_attempt*& handle) override;
  awaitable<leftovers> end_leftovers(bool unknown_too, duration grace) override;
  void hurry_leftovers() override;

  /// Events of the run: a suspended one has good reason to be silent, and in one that is being
  /// stopped no lost attempt runs again.
  void on(const event& e) override;

  /// Holds up starts until a worker has room; for the engine.
  start_holder& room() noexcept { return room_; }
  /// How many jobs may run at once from now on; nullopt: as many as the workers have slots.
  void limit(std::optional<std::size_t> jobs);
  /// All workers that were requested, in that order.
  std::vector<worker_state> workers() const;
  /// Labels that the workers have, each once.
  std::vector<std::string> labels() const;

 private:
  friend class pilot_worker;
  friend class pilot_attempt;
  friend class pilot_room;

  // Reports from workers.
  void joined(pilot_worker& one);
  void capacity_changed();
  void lost(pilot_attempt& attempt, const pilot_worker& by, const std::string& why);
  void handed_back(pilot_attempt& attempt);
  void room_changed();
  std::shared_ptr<pilot_machine> machine_of(const worker_launch& how, resource_claims capacity,
                                            const visible_gpus& gpus);
  /// Whether another worker is known to run on the same machine.
  bool shares_machine(const worker_launch& how) const;
  void gone(pilot_worker& one);
  void tell(const notice& what);
  void warn(const pilot_worker& about, const std::string& text);

  void start_workers();
  std::string unique_name(const pilot_worker& one) const;
  pilot_worker* worker_for(const job_settings& job) const;
  bool may_exceed(const job_settings& job) const;
  pilot_worker* worker_for(const job_spec& job);
  void place_or_wait(pilot_attempt& attempt);
  void place_waiting();
  void look_for_hope();
  void forget_waiting(pilot_attempt& attempt);
  bool any_hope() const;
  bool any_hope_for(const job_settings& job) const;
  void tell_label_capacities();
  void give_up_hopeless();
  void tell_missing_gpus(const job_spec& job);
  void give_up_hope();
  void give_up_soon();
  void look_at_time();

  loop_executor loop_;
  timer_queue& timers_;
  const pilot_settings settings_;
  inbox* inbox_ = nullptr;
  std::vector<std::unique_ptr<pilot_worker>> workers_;
  std::map<std::string, std::shared_ptr<pilot_machine>, std::less<>>
      machines_;  ///< by worker_launch::machine
  pilot_room room_{*this};
  std::deque<pilot_attempt*> waiting_;  ///< for a worker with room, in order
  std::optional<std::size_t> limit_;
  std::size_t limit_told_ = 1;
  /// What was told of each label; absent: nothing yet.
  std::map<std::string, std::optional<std::uint64_t>, std::less<>> labels_told_;
  std::set<unsigned> gpus_told_;  ///< how many GPUs no worker has
  timer_queue::timer watch_;
  timer_queue::timer giving_up_;
  bool stopping_ = false;
  bool suspended_ = false;
  bool finishing_ = false;
  bool hopeless_ = false;
  leftovers left_;
  completion all_gone_;
};

}  // namespace weir
