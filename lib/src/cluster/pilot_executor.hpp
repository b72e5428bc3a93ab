/// Runs attempts elsewhere: on workers, each of which is a process with a stream to it.
///
/// It starts the workers, gives each attempt to the one with the most room, and tells the run how
/// many jobs may run at once as workers come and go. A worker that is lost takes no attempt with
/// it: those run again elsewhere, so often as was allowed, since nobody knows how they went. How a
/// worker is started is none of its business (worker_launch), and what an outcome means is not
/// either.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/executor.hpp>

#include "cluster/message.hpp"
#include "cluster/pilot_room.hpp"
#include "loop/completion.hpp"
#include "loop/timer_queue.hpp"
#include "process/launcher.hpp"

namespace weir {

/// How one worker is started, and what is known of it before.
struct worker_launch {
  std::vector<std::string> argv;
  std::string title;              ///< as it was asked for: its name until it has said who it is
  std::string node;               ///< its name from then on; empty: as its host calls itself
  std::optional<unsigned> slots;  ///< none: as many as it has processors
  std::string if_missing;         ///< what to do about a weir that is not there, or another one
  std::string dir;                ///< where its jobs run; empty: where it is started
  std::string machine;            ///< known to be the one of all with this word; empty: its own
};

struct pilot_settings {
  std::vector<worker_launch> workers = {};
  inherited_state state = inherited_state::current();
  std::optional<std::size_t> limit = {};  ///< of jobs at once; none: what the workers have
  unsigned node_retries = 2;              ///< how often an attempt may be lost and run again
  duration close_timeout = std::chrono::seconds(10);
  duration wait_timeout = std::chrono::seconds(60);
  duration term_timeout = std::chrono::seconds(5);
  leftover_rule leftovers = leftover_rule::leave;
  std::string slot_variable = {};
  duration beat = std::chrono::seconds(5);             ///< both sides say something that often
  duration worker_silence = std::chrono::seconds(30);  ///< then a worker is lost
  duration run_silence = std::chrono::seconds(20);     ///< then a worker takes the run for lost
  duration goodbye = std::chrono::seconds(5);          ///< for a worker's process to end
};

/// How a worker is, for people and programs that ask.
struct worker_state {
  std::string name;
  std::string_view how;  ///< "starting", "ready", "draining", "ending", "ended", "lost"
  unsigned slots = 0;    ///< 0: not known yet, or there is nothing left of them
  unsigned running = 0;  ///< jobs
};

class pilot_worker;
class pilot_attempt;
struct pilot_machine;

class pilot_executor final : public executor, public observer {
 public:
  /// \param timers must outlive this. They may stand still: then the workers do, too.
  pilot_executor(loop_executor loop, timer_queue& timers, pilot_settings settings);
  pilot_executor(const pilot_executor&) = delete;
  pilot_executor& operator=(const pilot_executor&) = delete;
  ~pilot_executor() override;

  /// Starts the workers.
  void report_to(inbox& to) override;
  awaitable<attempt_result> run(attempt_request request, running_attempt*& handle) override;
  unsigned shields() const override;
  void end_shields(ending how) override;
  awaitable<leftovers> end_leftovers(bool unknown_too, duration grace) override;
  void hurry_leftovers() override;

  /// Of the run: a suspended one is silent for good reason, and in one that stops no attempt that
  /// was lost runs again.
  void on(const event& e) override;

  /// What holds starts up until a worker has room; for the engine.
  start_holder& room() noexcept { return room_; }
  /// How many jobs may run at once from now on; none: what the workers have.
  void limit(std::optional<std::size_t> jobs);
  /// All that were asked for, in that order.
  std::vector<worker_state> workers() const;

 private:
  friend class pilot_worker;
  friend class pilot_attempt;
  friend class pilot_room;

  // What a worker tells.
  void joined(pilot_worker& one);
  void capacity_changed();
  void lost(pilot_attempt& attempt, const pilot_worker& by, const std::string& why);
  void handed_back(pilot_attempt& attempt);
  void room_changed();
  std::shared_ptr<pilot_machine> machine_of(const worker_launch& how,
                                            const resource_claims& capacity);
  void gone(pilot_worker& one);
  void tell(const notice& what);
  void warn(const pilot_worker& about, const std::string& text);

  void start_workers();
  std::string unique_name(const pilot_worker& one) const;
  pilot_worker* worker_for(const job_settings& job) const;
  bool may_exceed(const resource_claims& claims) const;
  bool place(pilot_attempt& attempt);
  void place_or_wait(pilot_attempt& attempt);
  void place_waiting();
  void forget_waiting(pilot_attempt& attempt);
  bool any_hope() const;
  void give_up_hope();
  void give_up_soon();
  void look_at_time();

  loop_executor loop_;
  timer_queue& timers_;
  const pilot_settings settings_;
  inbox* inbox_ = nullptr;
  std::vector<std::unique_ptr<pilot_worker>> workers_;
  std::map<std::string, std::shared_ptr<pilot_machine>, std::less<>> machines_;  ///< by their words
  pilot_room room_{*this};
  std::deque<pilot_attempt*> waiting_;  ///< for a worker with room, in order
  std::optional<std::size_t> limit_;
  std::size_t limit_told_ = 1;
  timer_queue::timer watch_;
  timer_queue::timer giving_up_;
  bool stopping_ = false;
  bool finishing_ = false;
  bool hopeless_ = false;
  leftovers left_;
  completion all_gone_;
};

}  // namespace weir
