#include "simulation/simulated_run.hpp"

#include <algorithm>
#include <span>

#include <boost/asio/co_spawn.hpp>

#include <weir/error.hpp>

#include "batch/journaled_source.hpp"
#include "batch/resumed_source.hpp"
#include "exit_status.hpp"
#include "simulation/simulated_source.hpp"

namespace weir {
extern const record_format joblog_format;
extern const record_format results_format;
}  // namespace weir

namespace simulation {

using namespace weir;

namespace {

/// Runs of twenty jobs usually take a few thousand.
constexpr std::uint64_t most_steps = 1'000'000;

/// A directory in which files cost little.
constexpr const char* memory_of_the_machine = "/dev/shm";

/// How often whoever watches the machine's memory looks at it.
constexpr auto between_looks = std::chrono::milliseconds(50);

bool keeps_anything(const scenario& s) {
  return s.journal.kept || s.joblog.kept || s.lines.kept || s.table.kept;
}

disk_contents unrelated_records() {
  disk_contents all;
  for (std::string& each : std::span(all).subspan(1)) each = left_by_others;
  return all;
}

}  // namespace

simulated_run::simulated_run(const scenario& plan, const disk_contents* resumed, bool keep_trace)
    : plan_(plan),
      resumes_(resumed != nullptr),
      out_sink_(plan.out, clock_),
      err_sink_(plan.err, clock_),
      out_(loop_.get_executor(), out_sink_.fd(), "stdout"),
      err_(loop_.get_executor(), err_sink_.fd(), "stderr"),
      identity_({}, clock_.now(), clock_.wall_now(), "0123456789abcdef") {
  seen_.emplace(plan_, timers_);
  seen_->keeps_trace = keep_trace;
  if (keeps_anything(plan_))
    disk_.emplace(plan_, resumed != nullptr ? *resumed : unrelated_records());
  if (disk_ && !plan_.crashes.amid_a_step.empty())
    disk_->before_calls(
        [this](std::uint64_t call) { look_at_crashes(plan_.crashes.amid_a_step, call); });
  if (plan_.journal.kept) {
    journal_ = std::make_unique<journal_file>(simulated_disk::path(file_kind::journal));
  }
  if (resumes_) resume();
  source_ = make_source();
  executor_.emplace(plan_, timers_, *seen_);
  if (plan_.tokens.there > 0) seen_->tokens = &tokens_.emplace(plan_.tokens, clock_);
  if (plan_.gate.there) seen_->gate = &gate_.emplace(plan_.gate, clock_);
  try {
    run_.emplace(loop_.get_executor(), timers_, settings(), *source_, *executor_, outputs());
  } catch (const io_error&) {
    return;  // the journal's first line could not be written: refused before anything started
  }
  for (const world_event& e : plan_.world)
    clock_.at(simulated_clock::start + e.at, [this, e] { happen(e); });
}

simulated_run::~simulated_run() = default;

batch_settings simulated_run::settings() {
  batch_settings settings;
  settings.engine = plan_.engine;
  settings.engine.tokens = tokens_ ? &*tokens_ : nullptr;
  if (gate_) settings.engine.holders = {&*gate_};
  settings.output.mode = plan_.mode;
  settings.output.keep_order = plan_.keep_order;
  settings.output.live = plan_.engine.limit == 1U;
  settings.held = plan_.spools.limits;
  settings.held_in = memory_of_the_machine;
  if (plan_.spools.no_directory) settings.held_in = {"/nowhere", "/nowhere"};
  settings.held_in.most_in_memory = plan_.spools.most_in_memory;
  return settings;
}

std::unique_ptr<source> simulated_run::make_source() {
  auto planned = std::make_unique<simulated_source>(plan_, clock_, *seen_);
  if (!journal_ && !resumes_) return planned;
  if (!journal_)
    return std::make_unique<resumed_source>(
        std::move(planned), [ended = earlier_log_.ended(false)](const job_spec& job) {
          return job.seq <= ended.size() && ended[job.seq - 1];
        });
  return std::make_unique<journaled_source>(std::move(planned), std::move(earlier_),
                                            resume_settings{}, "/", "journal");
}

void simulated_run::resume() {
  if (journal_) return resume_journal();
  resume_joblog();
  keeps_records_ = !earlier_log_.ended(false).empty();
  knows_ = earlier_log_.knows();
}

/// As the command does in GNU parallel's place: a last line that is torn does not count.
void simulated_run::resume_joblog() {
  std::string_view rest = disk_->file(file_kind::joblog).contents();
  for (std::size_t end; (end = rest.find('\n')) != std::string_view::npos;
       rest.remove_prefix(end + 1))
    if (!earlier_log_.take(rest.substr(0, end)))
      seen_->broken(rule::resume, "the joblog has a line that is none");
}

/// As the command does: cuts off what a crash left torn.
void simulated_run::resume_journal() {
  std::uint64_t whole_end = 0;
  journal_->read([&](std::string_view line, std::uint64_t next, bool whole) {
    if (!whole) return;
    whole_end = next;
    earlier_.take(line);
  });
  keeps_records_ = earlier_.may_have_ends();
  knows_ = earlier_.knows();
  earlier_.finish();
  journal_->truncate(whole_end);
}

batch_outputs simulated_run::outputs() {
  batch_outputs to{out_, plan_.one_output ? out_ : err_};
  to.observers = {&*seen_};
  open_records(to);
  if (!journal_) return to;
  const record_settings settings{identity_, {}, std::nullopt, resumes_, "weir"};
  to.journal = std::make_unique<journal>(
      loop_.get_executor(), *journal_,
      plan_.journal.synced ? journal_sync::each : journal_sync::none, settings, 1, "/");
  to.journal_name = "journal";
  return to;
}

void simulated_run::open_records(batch_outputs& to) {
  for (const file_kind kind : {file_kind::joblog, file_kind::lines, file_kind::table}) {
    if (!file_of(plan_, kind).kept) continue;
    const std::string path = simulated_disk::path(kind);
    record_settings settings{identity_, path, std::nullopt, keeps_records_, "weir"};
    settings.in_tree = kind == file_kind::table;
    settings.knows = knows_;
    const record_format& format = kind == file_kind::joblog ? joblog_format : results_format;
    to.records.push_back({format.open(settings), path, format.wants_output});
  }
}

void simulated_run::happen(const world_event& e) {
  if (result_) return;
  inbox& to = run_->inlet();
  switch (e.what) {
    case happening::interrupt:
      return to.take(stop_asked{stop_request::interrupt, "SIGINT"});
    case happening::terminate:
      return terminate();
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
    case happening::terminate_all:
      executor_->terminate_all();
      if (e.lasts > std::chrono::milliseconds(0))
        return clock_.after(e.lasts, [this] { terminate(); });
      return terminate();
    case happening::token_elsewhere:
      return tokens_ ? tokens_->take_elsewhere(e.lasts) : void();
    case happening::gate_closes:
      return gate_ ? gate_->close(e.lasts) : void();
    default:
      return control(e);
  }
}

void simulated_run::terminate() {
  if (!result_) run_->inlet().take(stop_asked{stop_request::terminate, "SIGTERM"});
}

/// A run that stands still hears of it when it goes on.
void simulated_run::control(const world_event& e) {
  if (result_) return;
  if (seen_->is_suspended()) return clock_.after(between_looks, [this, e] { control(e); });
  inbox& to = run_->inlet();
  switch (e.what) {
    case happening::set_limit:
      seen_->slots_set(e.number);
      return to.take(
          limit_set{e.number == 0 ? std::nullopt : std::optional<std::size_t>(e.number)});
    case happening::pause:
      seen_->starts_are_paused(true);
      to.take(starts_paused{true});
      return clock_.after(e.lasts, [this] {
        seen_->starts_are_paused(false);
        if (!result_) run_->inlet().take(starts_paused{false});
      });
    case happening::cancel:
    case happening::kill:
      return end_jobs(e);
    case happening::add:
      return add_job();
    case happening::memory_short:
      is_short_of_memory_ = true;
      clock_.after(e.lasts, [this] { is_short_of_memory_ = false; });
      return look_at_memory();
    default:
      return;
  }
}

void simulated_run::end_jobs(const world_event& e) {
  const auto found = std::make_shared<std::size_t>();
  const bool there = seen_->is_unwanted(e.number);
  run_->inlet().take(jobs_unwanted{[&e](const job_spec& job) { return job.seq == e.number; },
                                   e.what == happening::kill, found});
  seen_->unwanted_was_told(e.number, there, *found);
}

void simulated_run::add_job() {
  while (next_added_ < plan_.jobs.size() && !plan_.jobs[next_added_].is_added) ++next_added_;
  if (next_added_ == plan_.jobs.size()) return;
  const auto told = std::make_shared<job_wanted::answer>();
  run_->inlet().take(job_wanted{std::to_string(next_added_), told});
  const std::size_t most = std::max<std::size_t>(plan_.engine.pending_limit, 1);
  seen_->was_added(told->jobs.empty() ? 0 : told->jobs.front().seq, told->refused, most);
  ++next_added_;
}

/// Every now and then, until there is enough and nothing stands still any more for want of it.
void simulated_run::look_at_memory() {
  if (result_) return;
  if (!seen_->is_suspended()) {
    const bool is_short = is_short_of_memory_;
    run_->inlet().take(memory_short{is_short});
    seen_->memory_was_told(is_short);
  }
  if (is_short_of_memory_ || seen_->anything_stands_still())
    clock_.after(between_looks, [this] { look_at_memory(); });
}

bool simulated_run::read_sinks() {
  const bool out = out_sink_.look(out_.sent());
  return err_sink_.look(err_.sent()) || out;
}

/// \returns whether there was anything to do.
bool simulated_run::step() {
  ++steps_;
  if (loop_.poll_one() > 0) return true;
  if (read_sinks()) return true;
  seen_->idle();
  return clock_.jump();
}

void simulated_run::look_at_crashes(const std::vector<std::uint64_t>& planned, std::uint64_t now) {
  for (const std::uint64_t at : planned)
    if (at == now) keep_crash(&planned == &plan_.crashes.amid_a_step);
}

void simulated_run::keep_crash(bool amid_a_step) {
  crashes_.push_back({disk_->after_crash(), amid_a_step, disk_->has_failed(), seen_->jobs(),
                      seen_->running(), seen_->ended_when_idle(), seen_->numbers.all(),
                      seen_->on_record().ends()});
}

/// The run is killed, and the process in front lives on. What the kernel would take, its coroutines
/// among it, has to end here.
void simulated_run::die() {
  tokens_->die();
  seen_->tokens_died(tokens_->are_conserved(0));
  seen_->look_away();
  run_->inlet().take(stop_asked{stop_request::kill, "SIGKILL"});
  while (!result_ && step()) {
  }
  while (loop_.poll_one() > 0) {
  }
}

void simulated_run::run() {
  if (!run_) return;
  boost::asio::co_spawn(loop_, run_->run(), [this](std::exception_ptr error, run_result result) {
    error_ = error;
    result_ = std::move(result);
  });
  while (!result_ && !seen_->found()) {
    if (disk_) look_at_crashes(plan_.crashes.at, steps_);
    if (tokens_ && steps_ == plan_.tokens.dies_at && steps_ > 0) return die();
    if (!step()) return seen_->broken(rule::progress, "nothing happens any more");
    if (steps_ > most_steps) return seen_->broken(rule::progress, "it never ends");
    seen_->step(out_.queued_memory() + err_.queued_memory());
  }
  if (result_) finish();
}

/// The joblog has only what the results have, too.
bool simulated_run::may_lack(file_kind kind) const {
  const auto has_failed = [&](file_kind k) { return disk_->file(k).has_failed(); };
  return has_failed(kind) || (kind == file_kind::joblog &&
                              (has_failed(file_kind::lines) || has_failed(file_kind::table)));
}

/// Those of a run that resumes are compared with the run that it resumes (history.cpp).
void simulated_run::check_records() {
  for (const file_kind kind : {file_kind::joblog, file_kind::lines, file_kind::table}) {
    if (!file_of(plan_, kind).kept) continue;
    const simulated_file& file = disk_->file(kind);
    if (file.has_failed() && cli::exit_status({*result_, 0}) < cli::exit_io)
      seen_->broken(rule::records, "a record could not be written, and the status does not say so");
    const std::string wrong =
        check_record(kind, file.contents(), {seen_->on_record().ends(), {}, 0, may_lack(kind)});
    if (!wrong.empty()) seen_->broken(rule::records, wrong);
  }
}

void simulated_run::finish() {
  while (loop_.poll_one() > 0) {
  }
  out_sink_.read_rest(out_.sent());
  err_sink_.read_rest(err_.sent());
  if (error_) return seen_->broken(rule::progress, "the run has thrown");
  if (!resumes_) check_records();
  // Who resumes once the disk is mended loses nothing.
  if (disk_ && disk_->has_failed() && plan_.crashes.any()) keep_crash(false);
  const int error = out_.error() != 0 ? out_.error() : err_.error();
  seen_->run_is_over(
      *result_, cli::exit_status({*result_, 0}), error,
      {out_sink_.received(), err_sink_.received()},
      out_.error() == EPIPE || err_.error() == EPIPE ? nullptr : &run_->told_unwritten());
}

}  // namespace simulation
