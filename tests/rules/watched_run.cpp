// What weir-checked has and weir does not: a real run, held to the rules of simulated ones.
//
// A broken rule ends the engine by SIGABRT, so that no rig takes the run for a good one; what it
// was is told on stderr, and appended to the file that WEIR_BROKEN_RULES names, since stderr may be
// anywhere.
#include <cstdlib>
#include <string>
#include <type_traits>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "rules/run_rules.hpp"
#include "run_watch.hpp"

namespace weir::cli {

namespace {

using rules::rule;

/// A machine may be as busy as it likes: this is for runs that would not end at all.
constexpr auto slack = std::chrono::minutes(1);

constexpr const char* names_of_events[] = {
    "job_accepted",   "total_known",   "input_ended",   "job_ready",      "attempt_started",
    "attempt_placed", "attempt_lost",  "job_output",    "attempt_failed", "job_ended",
    "starts_held",    "stop_asked",    "stop_changed",  "suspended",      "resumed",
    "output_failed",  "record_failed", "process_stuck", "process_left",   "warning",
    "limit_set",      "controlled"};
static_assert(std::size(names_of_events) == std::variant_size_v<event>);

void append(int fd, const std::string& text) {
  if (fd >= 0 && ::write(fd, text.data(), text.size()) < 0) return;
}

/// Its reader may be stuck.
bool is_ready(int fd) {
  pollfd one{fd, POLLOUT, 0};
  return ::poll(&one, 1, 0) == 1 && (one.revents & POLLOUT) != 0;
}

/// The number of slots is not the run's own when workers have them, or signals change it: the rules
/// hear of neither.
engine_settings as_far_as_known(const options& o, engine_settings engine) {
  if (!o.cluster.places.empty() || o.dialect.slots_by_signals) engine.limit.reset();
  return engine;
}

struct owned_settings {
  const engine_settings engine;
};

class checked_run final : private owned_settings, public run_watch {
 public:
  checked_run(const options& o, const engine_settings& engine, const timer_queue& timers)
      : owned_settings{as_far_as_known(o, engine)}, rules_(*this, owned_settings::engine, timers) {}

  void on(const event& e) override {
    now_ = names_of_events[e.index()];
    rules_.on(e);
  }

  void over(const run_end& end) override {
    now_ = "the end";
    rules_.run_is_over(end.result, exit_status(end));
  }

 private:
  class all_rules final : public rules::run_rules {
   public:
    all_rules(checked_run& owner, const engine_settings& engine, const timer_queue& timers)
        : run_rules(engine, timers), owner_(owner) {}
    void on(const event& e) override {
      run_rules::on(e);
      check_deadlines(slack);
    }

   private:
    void broken(rule r, std::string how) override { owner_.broken(r, how); }

    checked_run& owner_;
  };

  [[noreturn]] void broken(rule r, const std::string& how) const {
    const std::string text = "weir-checked: a rule is broken: " + std::string(rules::words(r)) +
                             ": " + how + " (at " + now_ + ")\n";
    if (const char* const path = std::getenv("WEIR_BROKEN_RULES"))
      append(::open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666), text);
    if (is_ready(STDERR_FILENO)) append(STDERR_FILENO, text);
    std::abort();
  }

  const char* now_ = "the beginning";
  all_rules rules_;
};

}  // namespace

std::unique_ptr<run_watch> watch_run(const options& o, const engine_settings& engine,
                                     const timer_queue& timers) {
  return std::make_unique<checked_run>(o, engine, timers);
}

}  // namespace weir::cli
