#include "simulation/simulated_run.hpp"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>

#include <weir/error.hpp>

#include "batch/journaled_source.hpp"
#include "exit_status.hpp"
#include "simulation/simulated_source.hpp"

namespace simulation {

using namespace weir;

namespace {

/// Runs of twenty jobs usually take a few thousand.
constexpr std::uint64_t most_steps = 1'000'000;

batch_settings settings_of(const scenario& plan) {
  batch_settings settings;
  settings.engine = plan.engine;
  settings.output.mode = plan.mode;
  settings.output.keep_order = plan.keep_order;
  settings.output.live = plan.engine.limit == 1U;
  return settings;
}

}  // namespace

simulated_run::simulated_run(const scenario& plan, const std::string* resumed, bool keep_trace)
    : plan_(plan),
      resumes_(resumed != nullptr),
      out_sink_(plan.out, clock_),
      err_sink_(plan.err, clock_),
      out_(loop_.get_executor(), out_sink_.fd(), "stdout"),
      err_(loop_.get_executor(), err_sink_.fd(), "stderr"),
      identity_({}, clock_.now(), clock_.wall_now()) {
  seen_.emplace(plan_, timers_);
  seen_->keeps_trace = keep_trace;
  if (plan_.journal.kept) {
    disk_.emplace(plan_.journal, plan_.seed, resumed != nullptr ? *resumed : std::string());
    journal_ = std::make_unique<journal_file>(disk_->path());
    if (resumes_) resume_journal();
  }
  source_ = make_source();
  executor_.emplace(plan_, timers_, *seen_);
  try {
    run_.emplace(loop_.get_executor(), timers_, settings_of(plan_), *source_, *executor_,
                 outputs());
  } catch (const io_error&) {
    return;  // the journal's first line could not be written: refused before anything started
  }
  for (const world_event& e : plan_.world)
    clock_.at(simulated_clock::start + e.at, [this, e] { happen(e); });
}

simulated_run::~simulated_run() = default;

std::unique_ptr<source> simulated_run::make_source() {
  auto planned = std::make_unique<simulated_source>(plan_, clock_, *seen_);
  if (!journal_) return planned;
  return std::make_unique<journaled_source>(std::move(planned), std::move(earlier_),
                                            resume_settings{}, "/", "journal");
}

/// As the command does: cuts off what a crash left torn.
void simulated_run::resume_journal() {
  std::uint64_t whole_end = 0;
  journal_->read([&](std::string_view line, std::uint64_t next, bool whole) {
    if (!whole) return;
    whole_end = next;
    earlier_.take(line);
  });
  earlier_.finish();
  journal_->truncate(whole_end);
}

batch_outputs simulated_run::outputs() {
  batch_outputs to{out_, plan_.one_output ? out_ : err_};
  to.observers = {&*seen_};
  if (!journal_) return to;
  const record_settings settings{identity_, disk_->path(), std::nullopt, resumes_, "weir"};
  to.journal = std::make_unique<journal>(
      loop_.get_executor(), *journal_,
      plan_.journal.synced ? journal_sync::each : journal_sync::none, settings, 1, "/");
  to.journal_name = "journal";
  return to;
}

void simulated_run::happen(const world_event& e) {
  if (result_) return;
  inbox& to = run_->inlet();
  switch (e.what) {
    case happening::interrupt:
      return to.take(stop_asked{stop_request::interrupt, "SIGINT"});
    case happening::terminate:
      return to.take(stop_asked{stop_request::terminate, "SIGTERM"});
    case happening::quit:
      return to.take(stop_asked{stop_request::kill, "SIGQUIT"});
    case happening::suspend:
      to.take(suspended{});
      return clock_.after(e.lasts, [this] {
        if (!result_) run_->inlet().take(resumed{});
      });
    case happening::more_slots:
    case happening::fewer_slots: {
      const int by = e.what == happening::more_slots ? 1 : -1;
      seen_->slots_changed(by);
      return to.take(limit_changed{by});
    }
  }
}

bool simulated_run::read_sinks() {
  const bool out = out_sink_.read_if_quick(out_.sent());
  return err_sink_.read_if_quick(err_.sent()) || out;
}

/// \returns whether there was anything to do.
bool simulated_run::step() {
  ++steps_;
  if (loop_.poll_one() > 0) return true;
  if (read_sinks()) return true;
  seen_->idle();
  return clock_.jump();
}

void simulated_run::look_at_crashes() {
  for (const std::uint64_t at : plan_.journal.crashes)
    if (at == steps_)
      crashes_.push_back({disk_->after_crash(), seen_->jobs(), seen_->ended_when_idle()});
}

void simulated_run::run() {
  if (!run_) return;
  boost::asio::co_spawn(loop_, run_->run(), [this](std::exception_ptr error, run_result result) {
    error_ = error;
    result_ = std::move(result);
  });
  while (!result_ && !seen_->found()) {
    if (disk_ && !disk_->has_failed()) look_at_crashes();
    if (!step()) return seen_->broken(rule::progress, "nothing happens any more");
    if (steps_ > most_steps) return seen_->broken(rule::progress, "it never ends");
    seen_->step(out_.queued_memory() + err_.queued_memory());
  }
  if (result_) finish();
}

void simulated_run::finish() {
  while (loop_.poll_one() > 0) {
  }
  out_sink_.read_rest();
  err_sink_.read_rest();
  if (error_) return seen_->broken(rule::progress, "the run has thrown");
  const int error = out_.error() != 0 ? out_.error() : err_.error();
  seen_->run_is_over(*result_, cli::exit_status({*result_, 0}), error,
                     {out_sink_.received(), err_sink_.received()});
}

}  // namespace simulation
