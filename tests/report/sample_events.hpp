/// Short ways to tell an observer of progress what happened: times are seconds since the start.
#pragma once

#include <string>

#include "report/progress_state.hpp"

namespace weir::test {

using time_point = std::chrono::steady_clock::time_point;

inline time_point at(double seconds) {
  return time_point{} + std::chrono::hours(1000) +
         std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::duration<double>(seconds));
}

inline job_spec job(std::uint64_t seq, std::string text = "true") {
  job_spec j;
  j.seq = seq;
  j.argv = {"/bin/sh", "-c", text};
  j.text = std::move(text);
  j.settings = std::make_shared<const job_settings>();
  return j;
}

inline job_spec shielded(job_spec j) {
  job_settings settings = *j.settings;
  settings.shield = true;
  j.settings = std::make_shared<const job_settings>(settings);
  return j;
}

inline attempt_result ended_at(double seconds, outcome how = exited{0}, double took = 1) {
  attempt_result r;
  r.how = std::move(how);
  r.started = at(seconds - took);
  r.ended = at(seconds);
  return r;
}

inline void accept(observer& o, std::uint64_t count) {
  const job_spec j = job(1);
  for (; count > 0; --count) o.on(job_accepted{j});
}

inline void start(observer& o, const job_spec& j, unsigned slot, double seconds,
                  unsigned attempt = 1) {
  o.on(attempt_started{j, attempt, slot, at(seconds)});
}

inline void end(observer& o, const job_spec& j, unsigned slot, double seconds,
                verdict judged = verdict::succeeded, outcome how = exited{0}) {
  const attempt_result r = ended_at(seconds, std::move(how));
  o.on(job_ended{j, judged, 1, slot, r, ""});
}

inline void drop(observer& o, const job_spec& j, verdict judged = verdict::not_started) {
  const attempt_result r = ended_at(0, cancelled{});
  o.on(job_ended{j, judged, 0, 0, r, ""});
}

inline void stop(observer& o, stop_phase phase, unsigned running, unsigned shielded_jobs,
                 std::optional<double> deadline = {}, std::string reason = "SIGINT") {
  std::optional<time_point> when;
  if (deadline) when = at(*deadline);
  o.on(stop_changed{phase, running, shielded_jobs, when, std::move(reason)});
}

}  // namespace weir::test
