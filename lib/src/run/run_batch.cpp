#include <weir/run.hpp>

#include <utility>

#include <boost/asio/this_coro.hpp>

#include "files/standard_streams.hpp"
#include "loop/loop_timers.hpp"
#include "run/batch_run.hpp"

namespace weir {

/// Connects an inbox to a run, for as long as the run lasts.
class run_connection {
 public:
  run_connection(run_inbox& outside, inbox& run) : outside_(outside) {
    outside_.run_ = &run;
    while (!outside_.kept_.empty()) {
      const notice early = std::move(outside_.kept_.front());
      outside_.kept_.pop_front();
      run.take(early);
    }
  }
  run_connection(const run_connection&) = delete;
  run_connection& operator=(const run_connection&) = delete;
  ~run_connection() {
    outside_.run_ = nullptr;
    outside_.over_ = true;
  }

 private:
  run_inbox& outside_;
};

void run_inbox::take(const notice& what) {
  if (run_ != nullptr)
    run_->take(what);
  else if (!over_)
    kept_.push_back(what);
}

namespace {

batch_settings settings_of(const run_options& options) {
  batch_settings settings;
  if (options.limit > 0) settings.engine.limit = options.limit;
  settings.engine.pending_limit = options.pending_limit;
  settings.engine.delay = options.delay;
  settings.engine.close_timeout = options.close_timeout;
  settings.engine.stop.wait_timeout = options.shield_timeout;
  settings.output.mode = options.output;
  settings.output.keep_order = options.keep_order;
  settings.output.live = options.limit == 1;
  return settings;
}

}  // namespace

awaitable<run_result> run_batch(source& jobs, executor& runner, run_options options,
                                run_inbox& inbox) {
  const loop_executor loop = co_await boost::asio::this_coro::executor;
  timer_queue& timers = timers_of(loop);
  writer out(loop, options.out, "stdout");
  std::optional<writer> err_of_its_own;
  if (!same_output(options.out, options.err)) err_of_its_own.emplace(loop, options.err, "stderr");
  writer& err = err_of_its_own ? *err_of_its_own : out;
  batch_outputs outputs{out, err};
  outputs.observers = options.observers;
  if (options.observe_output) outputs.output_observers = options.observers;
  batch_run run(loop, timers, settings_of(options), jobs, runner, std::move(outputs));
  const run_connection connected(inbox, run.inlet());
  run_result result = co_await run.run();
  rest(timers);
  co_return result;
}

}  // namespace weir
