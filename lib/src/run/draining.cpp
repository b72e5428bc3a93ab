#include "run/draining.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "report/stop_text.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

/// How often to check whether bytes move.
constexpr auto between_looks = 50ms;
/// For the message that says what was given up, if it takes the same way.
constexpr auto last_words = 200ms;

}  // namespace

draining::draining(timer_queue& timers, duration patience, outputs to, printer say)
    : timers_(timers), machine_(patience), to_(to), say_(std::move(say)) {}

void draining::request(stop_request what, const std::string& reason) {
  const bool give_up_now = machine_.request(what, timers_.now());
  if (give_up_now) return give_up();
  if (!machine_.deadline() || next_look_.scheduled()) return;  // too early, or announced
  watch();
  if (what != stop_request::lost && waiting() > 0)
    say_(fmt::format("weir: stopping ({}): {}", reason,
                     drain_text(waiting(), reason, to_.err.is_terminal())));
}

void draining::print_state() const {
  if (has_begun()) say_("weir: no jobs are running, " + left_text(waiting()));
}

std::uint64_t draining::waiting() const {
  std::uint64_t bytes = 0;
  for (const auto& [seq, left] : to_.jobs.unwritten()) bytes += left;
  return bytes;
}

awaitable<> draining::write_jobs() {
  for (writer* to : {&to_.out, &to_.err}) to->flush();
  if (machine_.begin(timers_.now(), moved()))
    give_up();
  else
    watch();
  co_await to_.jobs.finish();
}

void draining::tell_lost() {
  tell(to_.jobs.lost());
}

awaitable<> draining::write_messages() {
  if (machine_.gave_up())
    limit_last_words();
  else
    watch();
  co_await to_.err.drain();
  next_look_.cancel();
}

void draining::limit_last_words() {
  timers_.schedule(next_look_, last_words, [this] {
    gave_up_ = gave_up_ || to_.err.queue_length() > 0;
    to_.err.drop_queue();
  });
}

/// Only if there is a deadline: most runs end with nothing left to write.
void draining::watch() {
  const auto deadline = machine_.deadline();
  if (!deadline) return;
  timers_.schedule_at(next_look_, std::min(*deadline, timers_.now() + between_looks),
                      [this] { look(); });
}

void draining::look() {
  if (machine_.look(timers_.now(), moved())) return give_up();
  watch();
}

void draining::give_up() {
  const unwritten_bytes left = to_.jobs.unwritten();
  gave_up_ = to_.out.queue_length() > 0 || to_.err.queue_length() > 0 || !left.empty();
  to_.jobs.drop();
  tell(left);
  limit_last_words();
}

void draining::tell(const unwritten_bytes& lost) {
  if (lost.empty()) return;
  for (const auto& [seq, bytes] : lost) told_[seq] += bytes;
  say_("weir: output was not written: " + describe(lost));
}

}  // namespace weir
