/// One worker in the simulated world: the command that the run starts for it, the network, and
/// behind it a machine with the real worker.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cluster/pilot_executor.hpp"
#include "cluster/worker.hpp"
#include "cluster/worker_process.hpp"
#include "simulation/dice.hpp"
#include "simulation/workers/plan.hpp"
#include "simulation/workers/rules.hpp"
#include "simulation/workers/site.hpp"
#include "simulation/workers/wire.hpp"
#include "simulation/workers/world_time.hpp"

namespace simulation::workers {

class post {
 public:
  post(const plan& p, std::size_t number, const weir::loop_executor& loop, simulated_clock& clock,
       rules& told);
  post(const post&) = delete;
  post& operator=(const post&) = delete;
  ~post();

  weir::worker_launch launch() const;
  /// The run starts its command.
  std::unique_ptr<weir::worker_process> start();

  /// Moves bytes, and removes a worker that has ended. \returns whether there was anything to do.
  bool step();
  /// Nothing runs there any more.
  bool is_quiet() const { return !far_; }

  // What may happen to it:
  void machine_dies();
  void drain(milliseconds until_all_end);
  void stall(milliseconds lasts);
  void connection_dies();
  void weir_dies();

  /// See wire.
  wire::time_point heard() const { return to_.heard(); }
  /// Near by, a worker also learns from what it writes that nobody reads.
  wire::time_point told_the_end() const {
    return own_.is_far ? to_.ended() : std::min(to_.ended(), from_.ended());
  }
  bool is_stalled() const { return to_.is_stalled(); }

 private:
  class command;
  /// The machine that is behind the connection.
  struct far_side {
    far_side(simulated_clock& clock, const weir::loop_executor& loop, duration off);
    world_time job_time, own_time;
    weir::timer_queue jobs, own;
    site* runs = nullptr;
    std::unique_ptr<weir::worker> one;
    bool is_over = false;
  };

  void later(milliseconds delay, std::function<void()> then);
  void begin();
  void begin_well();
  std::unique_ptr<weir::executor> host(const weir::setup_message& setup,
                                       std::function<void()> shields_changed);
  void far_side_ended();
  void signal(int signal);
  void command_ends(const std::string& how);

  const plan& plan_;
  const planned_worker& own_;
  std::size_t number_;
  weir::loop_executor loop_;
  simulated_clock& clock_;
  rules& told_;
  dice dice_;
  wire to_, from_;
  command* command_ = nullptr;
  std::optional<std::string> how_it_ended_;  ///< the command
  std::unique_ptr<far_side> far_;
  bool is_gone_ = false;  ///< no worker comes any more
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace simulation::workers
