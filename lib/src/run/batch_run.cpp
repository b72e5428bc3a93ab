#include "run/batch_run.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <weir/error.hpp>

#include "files/replace_file.hpp"
#include "report/stop_text.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

/// Wrappers, shells and terminals send two signals where one is meant.
constexpr auto counts_once = 300ms;

/// Most of what is left ends sooner.
constexpr auto untold_for = 1s;

/// Sent by a person or a supervisor.
bool is_insistent(stop_request what) {
  return what == stop_request::interrupt || what == stop_request::terminate ||
         what == stop_request::kill;
}

}  // namespace

class batch_run::inherited_output final : public output_router {
 public:
  output_sink* open(const job_spec&, unsigned) override { return nullptr; }
  std::string close(output_sink&, verdict, bool) override { return {}; }
  void absent(std::uint64_t) override {}
};

/// All observers of jobs' output, as one.
class batch_run::output_watchers final : public observer {
 public:
  explicit output_watchers(std::vector<observer*> all) : all_(std::move(all)) {}
  void on(const event& e) override {
    for (observer* each : all_) each->on(e);
  }

 private:
  std::vector<observer*> all_;
};

batch_run::batch_run(loop_executor loop, timer_queue& timers, const batch_settings& settings,
                     source& jobs, executor& runner, batch_outputs outputs)
    : loop_(loop),
      timers_(timers),
      settings_(settings),
      outputs_(std::move(outputs)),
      executor_(runner),
      space_(settings_.held_in, settings_.held),
      output_(outputs_.out, outputs_.err, space_, settings_.output),
      records_(timers),
      draining_(timers, settings_.engine.close_timeout, {output_, outputs_.out, outputs_.err},
                [this](std::string_view line) { print(line); }),
      engine_(loop, timers, settings_.engine, jobs, runner, router(), observers()) {
  add_records();
  output_.report_to(engine_);
  records_.report_to(engine_);
  runner.report_to(engine_);
  jobs.report_to(engine_);
  if (watchers_) space_.look();
}

batch_run::~batch_run() = default;

/// Has to be known before the records are in their set: an engine keeps one router for good.
output_router& batch_run::router() {
  if (settings_.output.mode == output_mode::raw && !settings_.output.shows_line) {
    raw_ = std::make_unique<inherited_output>();
    return *raw_;
  }
  std::vector<observer*> watchers = outputs_.output_observers;
  for (const opened_record& each : outputs_.records)
    if (each.wants_output && std::ranges::count(watchers, &records_) == 0)
      watchers.push_back(&records_);
  if (watchers.empty()) return output_;
  watchers_ = std::make_unique<output_watchers>(std::move(watchers));
  return tee_.emplace(output_, *watchers_);
}

std::vector<observer*> batch_run::observers() {
  std::vector<observer*> all{this};
  if (outputs_.display != nullptr) all.push_back(outputs_.display);
  all.insert(all.end(), outputs_.observers.begin(), outputs_.observers.end());
  if (!outputs_.records.empty() || outputs_.journal) all.push_back(&records_);
  if (outputs_.durations) all.push_back(&outputs_.durations->recorder);
  return all;
}

void batch_run::add_records() {
  if (outputs_.journal) records_.add(std::move(outputs_.journal), outputs_.journal_name, false);
  for (opened_record& each : outputs_.records)
    records_.add(std::move(each.one), each.name, each.wants_output);
}

void batch_run::on(const event& e) {
  if (const auto* asked = std::get_if<stop_asked>(&e)) {
    hear_stop(*asked);
    draining_.request(asked->what, asked->reason);
  }
}

void batch_run::hear_stop(const stop_asked& asked) {
  if (!is_insistent(asked.what)) return;
  const bool first = !asked_first_;
  if (first) asked_first_ = asked.what;
  asked_by_ = asked.reason;
  const auto now = timers_.time().now();
  if (now - std::exchange(asked_at_, now) <= counts_once) return;
  // They have SIGTERM already. As with jobs, the first request leaves them their time.
  if (first && asked.what != stop_request::kill && leftovers_until_)
    tell_of_leftovers();
  else
    executor_.hurry_leftovers();
}

void batch_run::tell_of_leftovers() {
  leftovers_told_.cancel();
  const std::string why = asked_by_.empty() ? "" : "stopping (" + asked_by_ + "): ";
  print("weir: " + why +
        leftovers_text(*leftovers_until_ - timers_.now(), asked_by_, outputs_.err.is_terminal()));
}

void batch_run::print(std::string_view line) {
  if (outputs_.display != nullptr) outputs_.display->print(line);
}

awaitable<run_result> batch_run::run() {
  co_await engine_.run();
  co_await end_leftovers();
  co_await draining_.write_jobs();
  co_await let_failures_be_told();
  co_await records_.work_off();
  records_.finish();
  keep_durations();
  tell_the_end();
  co_await draining_.write_messages();
  co_await let_failures_be_told();
  run_result result = engine_.result();
  if (!result.error) result.error = error_ ? error_ : lost_durations_;
  result.output_given_up = draining_.gave_up();
  co_return result;
}

/// Applies the rule of leftovers, the same however a run ends.
awaitable<> batch_run::end_leftovers() {
  const run_result& so_far = engine_.result();
  const bool at_once = so_far.gave_up || asked_first_ == stop_request::kill;
  // Which job it belongs to does not matter if the common rule is to end it.
  const bool unknown_too =
      so_far.stopped || so_far.gave_up || settings_.leftovers != leftover_rule::leave;
  const duration grace = at_once ? duration{} : settings_.engine.close_timeout;
  leftovers_until_ = timers_.now() + grace;
  if (settings_.tells_of_leftovers && grace > untold_for)
    timers_.schedule(leftovers_told_, untold_for, [this] { tell_of_leftovers(); });
  leftovers left = co_await executor_.end_leftovers(unknown_too, grace);
  leftovers_told_.cancel();
  leftovers_until_.reset();
  for (const process_left& each : left.living) engine_.take(each);
  stuck_ = std::move(left.stuck);
}

/// Failures are reported from the loop, never from within a write: this also waits for the last
/// one.
awaitable<> batch_run::let_failures_be_told() {
  co_await boost::asio::post(loop_, boost::asio::use_awaitable_t<loop_executor>());
}

void batch_run::keep_durations() {
  if (!outputs_.durations) return;
  try {
    replace_file(outputs_.durations->file, format_durations(outputs_.durations->recorder.table(),
                                                            outputs_.durations->recorder.peaks()));
  } catch (const io_error& e) {
    // All jobs have run: nothing was stopped by this.
    print(std::string("weir: ") + e.what());
    if (!error_) lost_durations_ = std::current_exception();
  }
}

void batch_run::tell_the_end() {
  try {
    if (engine_.result().error) std::rethrow_exception(engine_.result().error);
    if (error_) std::rethrow_exception(error_);
  } catch (const std::exception& e) {
    if (outputs_.display != nullptr) outputs_.display->fail(e.what());
  }
  draining_.tell_lost();
  for (const process_stuck& each : stuck_) engine_.take(each);
  if (outputs_.display != nullptr) outputs_.display->finish(records_.names());
}

}  // namespace weir
