// The end of a scheduler, and who receives failures.
#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <weir/detail/scheduler_core.hpp>
#include <weir/scheduler_error.hpp>

namespace weir::detail {

namespace {

std::string describe(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an exception of unknown type";
  }
}

void write_to_stderr(const error_context& context) noexcept {
  try {
    std::string name;
    if (context.job) name = " \"" + context.job.name() + '"';
    std::fprintf(stderr, "weir: %s%s, spawned at %s:%u: %s\n", std::string(context.message).c_str(),
                 name.c_str(), context.spawned_at.file_name(),
                 static_cast<unsigned>(context.spawned_at.line()),
                 describe(context.exception).c_str());
  } catch (...) {
    std::fputs("weir: a failure could not be described\n", stderr);
  }
}

std::string numbered(std::size_t count, const char* what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

using places = std::map<std::pair<std::string, unsigned>, std::size_t>;

/// The five places with the most jobs, in that order.
std::string listed(const places& spawned) {
  constexpr std::size_t most = 5;
  std::vector<std::pair<std::size_t, std::string>> lines;
  for (const auto& [place, count] : spawned)
    lines.emplace_back(count, place.first + ':' + std::to_string(place.second));
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string text;
  for (std::size_t i = 0; i < std::min(most, lines.size()); ++i) {
    if (i > 0) text += ", ";
    text += lines[i].second;
    if (lines[i].first > 1) text += " (" + std::to_string(lines[i].first) + ')';
  }
  return lines.size() > most ? text + ", ..." : text;
}

std::exception_ptr make_error(scheduler_errc why, const std::string& what) {
  return std::make_exception_ptr(scheduler_error(why, what));
}

}  // namespace

void scheduler_core::tell_handler(const error_context& context) noexcept {
  const std::shared_ptr<const exception_handler> handler = handler_;  // it may replace itself
  if (!*handler) return write_to_stderr(context);
  try {
    (*handler)(context);
  } catch (...) {
    write_to_stderr(context);
    write_to_stderr(
        {"Exception handler failed", context.job, std::current_exception(), context.spawned_at});
  }
}

void scheduler_core::tell(scheduler_event::kind what, job_node& job) noexcept {
  if (!options_.on_event()) return;
  try {
    options_.on_event()(scheduler_event{what, job_view(job)});
  } catch (...) {  // an observer's failure does not concern the jobs
  }
}

void scheduler_core::report_failure(job_node& job) {
  job.reported = true;
  tell_handler({"Job processing failed", job_view(job), job.error, job.where});
}

std::exception_ptr scheduler_core::take_first_failure() noexcept {
  if (!first_failed_) return nullptr;
  const job_ptr job = std::exchange(first_failed_, job_ptr());
  job->reported = true;
  return job->error;
}

void scheduler_core::report_first_failure() {
  if (!first_failed_) return;
  const job_ptr job = std::exchange(first_failed_, job_ptr());
  if (!job->reported && job->listeners == 0) report_failure(*job);
}

void scheduler_core::let_go(job_node& job) noexcept {
  const bool untold = --job.listeners == 0 && job.ended_as == fate::failed && !job.reported;
  const bool kept = first_failed_.get() == &job;
  if (untold && !kept && job.at == phase::closed) report_failure(job);
}

void scheduler_core::stop() {
  if (life_ != life::open) return;
  life_ = life::stopped;
  drop_all(phase::blocked);
  drop_all(phase::pending);
  begin_drain();
}

void scheduler_core::begin_drain() {
  stopping_.store(true, std::memory_order_release);
  wake_all(stop_waiters);
}

void scheduler_core::wake_all(intrusive_list<waiter>& list) {
  while (waiter* const w = list.front()) wake(*w);
}

void scheduler_core::begin_close() {
  if (life_ >= life::closing) return;
  stop();
  life_ = life::closing;
  drop_all(phase::ready);
  drop_all(phase::shield_ready);
  cancel_running(phase::shield_running, boost::asio::cancellation_type::terminal);
  cancel_running(phase::running, boost::asio::cancellation_type::terminal);
  when_idle();
  if (life_ == life::closing && options_.close_timeout() != forever)
    arm_close_deadline(options_.close_timeout());
}

void scheduler_core::close_deadline() {
  if (life_ != life::closing) return;
  for (const phase which : {phase::running, phase::shield_running})
    for (const job_ptr& job : copy_of(which))
      tell_handler({"Job closing timed out", job_view(*job),
                    make_error(scheduler_errc::timed_out, "close"), job->where});
  if (life_ == life::closing) complete_close();  // unless a handler destroyed the scheduler
}

void scheduler_core::complete_close() {
  life_ = life::closed;
  disarm_close_deadline();
  wake_all(idle_waiters);
  wake_all(close_waiters);
}

/// "3 jobs and 1 shield, spawned at server.cpp:12 (3), server.cpp:40": the most numerous first.
void scheduler_core::report_live_jobs() noexcept {
  places spawned;
  std::source_location first;
  const auto add = [&](const job_node& job) {
    if (spawned.empty()) first = job.where;
    ++spawned[{job.where.file_name(), static_cast<unsigned>(job.where.line())}];
  };
  for (auto* const list : {&running_, &ready_, &shield_running_, &shield_ready_}) list->each(add);
  admission_.each(add);
  blocked_.each(add);
  const std::size_t jobs = active() + count(phase::pending) + count(phase::blocked);
  const std::string text = numbered(jobs, "job") +
                           (shields() > 0 ? " and " + numbered(shields(), "shield") : "") +
                           ", spawned at " + listed(spawned);
  tell_handler({"Scheduler destroyed with live jobs", job_view(),
                make_error(scheduler_errc::abandoned, text), first});
}

void scheduler_core::abandon() {
  if (!idle()) report_live_jobs();
  begin_close();
  disarm_close_deadline();
  report_first_failure();
  on_error(nullptr);
  options_.on_event(nullptr);
  complete_close();
}

void scheduler_core::lose_everything() noexcept {
  life_ = life::closed;
  stopping_.store(true, std::memory_order_release);
  first_failed_ = job_ptr();
  on_error(nullptr);
  options_.on_event(nullptr);
  for (const phase p : {phase::blocked, phase::pending, phase::ready, phase::running,
                        phase::shield_ready, phase::shield_running}) {
    while (job_node* const job = p == phase::pending ? admission_.any() : list_of(p)->front()) {
      if (p != phase::running && p != phase::shield_running) job->drop_body();
      job->ended_as = fate::never_started;
      if (p == phase::ready || p == phase::running) admission_.give_back(*job->claims);
      close_node(*job);
    }
  }
  wake_all(idle_waiters);
  wake_all(close_waiters);
  wake_all(stop_waiters);
}

}  // namespace weir::detail
