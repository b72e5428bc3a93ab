/// A real run with real workers, from engine to frames, all on one loop, with time, machines and
/// network simulated.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "cluster/pilot_executor.hpp"
#include "files/writer.hpp"
#include "run/batch_run.hpp"
#include "simulation/simulated_sink.hpp"
#include "simulation/workers/plan.hpp"
#include "simulation/workers/post.hpp"
#include "simulation/workers/rules.hpp"

namespace simulation::workers {

class workers_run {
 public:
  workers_run(const plan& p, bool keep_trace);
  ~workers_run();

  /// Runs until everything is over everywhere, or a rule is broken.
  void run();
  /// After a rule was broken it could not be ended: it must not be destroyed.
  bool is_stuck() const noexcept { return is_stuck_; }
  rules& seen() noexcept { return rules_; }

 private:
  weir::pilot_settings pilots();
  void happen(const world_event& e);
  void happen_to(post& one, const world_event& e);
  bool step();
  bool is_quiet() const;
  void live();
  void finish();
  void end_run();
  void wait_until_quiet();

  const plan& plan_;
  boost::asio::io_context loop_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};  ///< a single thread
  boost::asio::executor_work_guard<weir::loop_executor> work_{loop_.get_executor()};
  simulated_clock clock_;
  rules rules_;
  world_time time_{clock_};
  weir::timer_queue timers_{time_};
  simulated_sink out_sink_, err_sink_;
  weir::writer out_, err_;
  std::vector<std::unique_ptr<post>> posts_;
  std::unique_ptr<weir::source> source_;
  std::optional<weir::pilot_executor> executor_;
  std::optional<weir::batch_run> run_;
  std::optional<weir::run_result> result_;
  std::exception_ptr error_;
  std::uint64_t steps_ = 0;
  bool was_killed_ = false;
  bool is_stuck_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace simulation::workers
