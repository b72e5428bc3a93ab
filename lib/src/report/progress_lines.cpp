#include "report/progress_lines.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "report/held_text.hpp"
#include "report/node_text.hpp"
#include "report/shown.hpp"
#include "report/stop_text.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

constexpr auto line_interval = 30s;
constexpr auto eager_interval = 5s;
constexpr auto standstill = 60s;
constexpr std::size_t most_rows = 20;
constexpr std::size_t widest_title = 160;

}  // namespace

std::string progress_line(const progress_state& state, progress_state::time_point now) {
  std::string line = fmt::format("weir: {}", state.ended().done());
  if (state.total()) line += fmt::format("/{}", *state.total());
  line += " done";
  if (state.ended().failed > 0) line += fmt::format(", {} failed", state.ended().failed);
  if (state.ended().skipped > 0) line += fmt::format(", {} skipped", state.ended().skipped);
  line += fmt::format(", {} running", state.running());
  if (const std::string nodes = node_text(state); !nodes.empty()) line += " (" + nodes + ")";
  if (const auto all = state.resting().size(); all > 0) line += fmt::format(", {} to retry", all);
  if (!state.total() && state.pending() > 0) line += fmt::format(", {} pending", state.pending());
  if (const std::string held = held_text(state); !held.empty()) line += ", " + held;
  const bool all_done = state.total() == state.ended().done();
  if (const auto eta = state.eta(now); eta && !all_done) line += ", ETA " + format_seconds(*eta);
  if (state.phase() != stop_phase::running) line += ", stopping";
  return line;
}

std::vector<std::string> running_lines(const progress_state& state, std::size_t most,
                                       progress_state::time_point now, bool utf8) {
  std::vector<std::string> lines;
  for (const running_job* job : state.running_jobs(most)) {
    const std::string again = job->attempt > 1 ? fmt::format(" (attempt {})", job->attempt) : "";
    lines.push_back(fmt::format("weir:   slot {} for {}{}: {}{}", job->slot,
                                format_seconds(state.active(now) - job->started), again,
                                job->shielded ? "[shield] " : "",
                                shown_clipped(job->title(), widest_title, utf8)));
  }
  for (const auto& [seq, job] : state.resting()) {
    if (lines.size() >= most) break;
    const auto left = std::max(std::chrono::nanoseconds{}, job.until - state.active(now));
    lines.push_back(fmt::format("weir:   attempt {} within {}: {}", job.attempt,
                                format_seconds(left),
                                shown_clipped(job.title, widest_title, utf8)));
  }
  return lines;
}

progress_lines::progress_lines(const progress_state& state, time_point start, bool utf8,
                               printer print, bool eager)
    : state_(state),
      utf8_(utf8),
      print_(std::move(print)),
      interval_(eager ? eager_interval : line_interval),
      next_line_(start + interval_) {}

progress_lines::time_point progress_lines::tick(time_point now) {
  if (!state_.is_suspended()) {
    if (now >= next_line_) print_progress(now);
    if (stands_still(now)) print_standstill(now);
  }
  // A standstill is also looked for between lines; it needs no better precision than this.
  return std::min(std::max(next_line_, now + 1s), now + 5s);
}

/// Nothing has ended for a long time, and something has been running for as long.
bool progress_lines::stands_still(time_point now) const {
  if (dumped_end_ == state_.last_end() || state_.active(now) - state_.last_end() < standstill)
    return false;
  const auto oldest = state_.running_jobs(1);
  return !oldest.empty() && state_.active(now) - oldest.front()->started >= standstill;
}

void progress_lines::print_progress(time_point now) {
  if (state_.ended().done() == printed_done_) return;
  printed_done_ = state_.ended().done();
  next_line_ = now + interval_;
  print_(progress_line(state_, now));
}

void progress_lines::print_standstill(time_point now) {
  dumped_end_ = state_.last_end();
  print_(fmt::format("weir: no job has ended for {}; {} running:",
                     format_seconds(state_.active(now) - state_.last_end()), state_.running()));
  for (const std::string& line : running_lines(state_, most_rows, now, utf8_)) print_(line);
  if (state_.running() > most_rows)
    print_(fmt::format("weir:   and {} more", state_.running() - most_rows));
}

}  // namespace weir
