#include "simulation/workers/workers_run.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "exit_status.hpp"
#include "simulation/simulated_readiness.hpp"

namespace simulation::workers {

using namespace weir;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t most_steps = 3'000'000;
constexpr auto longest_run = std::chrono::hours(3);

/// All jobs are there from the beginning.
class planned_jobs final : public source {
 public:
  explicit planned_jobs(const plan& p) : plan_(p) {}

  awaitable<std::optional<job_spec>> next() override {
    if (next_ == plan_.jobs.size()) co_return std::nullopt;
    job_spec job;
    job.settings = std::make_shared<const job_settings>(plan_.jobs[next_++].settings);
    job.seq = next_;
    job.argv = {"job"};
    if (closed_) co_return std::nullopt;
    co_return job;
  }
  void close() override { closed_ = true; }

 private:
  const plan& plan_;
  std::size_t next_ = 0;
  bool closed_ = false;
};

planned_sink sink_of(const plan& p) {
  return {p.slow_reader ? reader::slow : reader::quick, {}};
}

}  // namespace

workers_run::workers_run(const plan& p, bool keep_trace)
    : plan_(p),
      rules_(p, clock_),
      out_sink_(sink_of(p), clock_),
      err_sink_(sink_of(p), clock_),
      out_(loop_.get_executor(), out_sink_.fd(), "stdout"),
      err_(loop_.get_executor(), err_sink_.fd(), "stderr"),
      source_(std::make_unique<planned_jobs>(p)) {
  rules_.keeps_trace = keep_trace;
  rules_.network = [this](std::size_t worker) {
    return std::array{posts_[worker]->heard(), posts_[worker]->told_the_end()};
  };
  for (std::size_t i = 0; i < p.workers.size(); ++i)
    posts_.push_back(std::make_unique<post>(p, i, loop_.get_executor(), clock_, rules_));
  executor_.emplace(loop_.get_executor(), timers_, pilots());
  batch_settings settings;
  settings.engine.limit = 1;  // workers tell how many more are possible
  settings.engine.close_timeout = p.close_timeout;
  settings.engine.stop = p.stop;
  settings.engine.labels = executor_->labels();
  settings.engine.holders = {&executor_->room()};
  settings.output.mode = p.mode;
  settings.output.keep_order = p.keep_order;
  settings.output.live = p.limit == 1U;
  batch_outputs to{out_, err_};
  to.observers = {&*executor_, &rules_};
  run_.emplace(loop_.get_executor(), timers_, settings, *source_, *executor_, std::move(to));
  for (const world_event& e : p.world)
    clock_.at(simulated_clock::start + e.at, [this, e] { happen(e); });
}

workers_run::~workers_run() = default;

pilot_settings workers_run::pilots() {
  pilot_settings settings;
  for (const auto& each : posts_) settings.workers.push_back(each->launch());
  settings.start = [this](const loop_executor&, const worker_launch& how, const inherited_state&) {
    const auto which = std::ranges::find_if(
        posts_, [&](const auto& each) { return each->launch().title == how.title; });
    return (*which)->start();
  };
  settings.limit = plan_.limit;
  settings.node_retries = plan_.node_retries;
  settings.close_timeout = plan_.close_timeout;
  settings.wait_timeout = plan_.stop.wait_timeout;
  settings.term_timeout = plan_.stop.term_timeout;
  return settings;
}

void workers_run::happen(const world_event& e) {
  switch (e.what) {
    case happening::worker_dies:
    case happening::worker_is_drained:
    case happening::network_stalls:
    case happening::connection_dies:
      return happen_to(*posts_[e.number % posts_.size()], e);
    default:
      break;
  }
  if (result_ || was_killed_) return;
  inbox& to = run_->inlet();
  switch (e.what) {
    case happening::interrupt:
      return to.take(stop_asked{stop_request::interrupt, "SIGINT"});
    case happening::terminate:
      return to.take(stop_asked{stop_request::terminate, "SIGTERM"});
    case happening::quit:
      return to.take(stop_asked{stop_request::kill, "SIGQUIT"});
    case happening::suspend:
      if (rules_.is_suspended()) return;
      to.take(suspended{});
      return clock_.after(e.lasts, [this] {
        if (!result_ && run_) run_->inlet().take(resumed{});
      });
    case happening::set_limit: {
      if (rules_.is_suspended()) return;
      const auto limit = e.number == 0 ? std::nullopt : std::optional<std::size_t>(e.number);
      rules_.limit_is_set(limit);
      return executor_->limit(limit);
    }
    case happening::weir_dies:
      was_killed_ = true;
      rules_.weir_dies();
      for (const auto& each : posts_) each->weir_dies();
      return to.take(stop_asked{stop_request::kill, "SIGKILL"});
    default:
      return;
  }
}

void workers_run::happen_to(post& one, const world_event& e) {
  switch (e.what) {
    case happening::worker_dies:
      return one.machine_dies();
    case happening::worker_is_drained:
      return one.drain(e.lasts);
    case happening::network_stalls:
      rules_.network_stalls(e.number % posts_.size(), e.lasts);
      return one.stall(e.lasts);
    default:
      return one.connection_dies();
  }
}

/// \returns whether there was anything to do.
bool workers_run::step() {
  ++steps_;
  if (loop_.poll_one() > 0) return true;
  if (out_sink_.look(out_.sent()) || err_sink_.look(err_.sent())) return true;
  bool moved = false;
  for (const auto& each : posts_) moved |= each->step();
  if (moved) return true;
  rules_.look();
  return clock_.jump();
}

void workers_run::run() {
  live();
  if (rules_.found()) end_run();
}

/// Where a rule is broken everything is in the middle of something, and coroutines refer to what
/// would be destroyed before them.
void workers_run::end_run() {
  constexpr std::uint64_t enough = 200'000;
  for (const auto& each : posts_) each->machine_dies();
  if (run_ && !result_ && !was_killed_)
    run_->inlet().take(stop_asked{stop_request::kill, "SIGKILL"});
  std::uint64_t more = 0;
  while ((run_ && !result_) || !is_quiet()) {
    is_stuck_ = !step() || ++more > enough;
    if (is_stuck_) return;
  }
  while (loop_.poll_one() > 0) {
  }
}

void workers_run::live() {
  boost::asio::co_spawn(loop_, run_->run(), [this](std::exception_ptr error, run_result result) {
    error_ = error;
    result_ = std::move(result);
  });
  while (!result_ && !rules_.found()) {
    if (!step()) return rules_.broken("progress", "nothing happens any more");
    if (steps_ > most_steps) return rules_.broken("progress", "it never ends");
    if (clock_.now() > simulated_clock::start + longest_run)
      return rules_.broken("progress", "it takes for ever");
  }
  if (!rules_.found()) finish();
  if (!rules_.found()) wait_until_quiet();
}

void workers_run::finish() {
  while (loop_.poll_one() > 0) {
  }
  out_sink_.read_rest(out_.sent());
  err_sink_.read_rest(err_.sent());
  if (error_) return rules_.broken("progress", "the run has thrown");
  if (!was_killed_)
    rules_.run_is_over(*result_, cli::exit_status({*result_, 0}),
                       {out_sink_.received(), err_sink_.received()});
}

bool workers_run::is_quiet() const {
  return std::ranges::all_of(posts_, [](const auto& each) { return each->is_quiet(); });
}

/// The run's process has ended, and with it its ends of all streams.
void workers_run::wait_until_quiet() {
  run_.reset();
  executor_.reset();
  while (!is_quiet() && !rules_.found()) {
    if (clock_.now() > rules_.quiet_by()) return rules_.broken("left", "a worker does not end");
    if (!step()) return rules_.broken("progress", "nothing happens on workers any more");
  }
  if (!rules_.found()) rules_.all_is_quiet();
}

}  // namespace simulation::workers
