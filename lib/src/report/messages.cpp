#include "report/messages.hpp"

#include <cerrno>

#include <fmt/format.h>

#include "report/shown.hpp"
#include "report/stop_text.hpp"

namespace weir {

messages::messages(bool utf8, printer print, progress_state::clock now)
    : utf8_(utf8), print_(std::move(print)), now_(std::move(now)) {}

void messages::on(const event& e) {
  if (const auto* ended = std::get_if<job_ended>(&e)) return print_spawn_failure(*ended);
  if (const auto* stop = std::get_if<stop_changed>(&e)) return print_stop(*stop);
  if (const auto* unusual = std::get_if<warning>(&e))
    print_("weir: warning: " + shown(unusual->text, utf8_));
}

void messages::print_stop(const stop_changed& e) {
  std::optional<std::chrono::nanoseconds> left;
  if (e.deadline) left = std::max(std::chrono::nanoseconds{}, *e.deadline - now_());
  const std::string why = e.reason.empty() ? "" : fmt::format(" ({})", shown(e.reason, utf8_));
  const bool over = e.phase == stop_phase::gave_up;
  print_(fmt::format("weir: {}{}: {}", over ? "giving up" : "stopping", why,
                     stop_text(e.phase, e.running, e.shielded, left, e.reason)));
}

namespace {

/// For a command line in the place of a program.
std::string_view hint(const spawn_failed& failure) {
  const bool is_line = failure.step.empty() && failure.error == ENOENT &&
                       failure.what.find_first_of(" \t\n;|&<>") != std::string::npos;
  return is_line ? "; that is looked for as one program: a command line is run where there is no "
                   "COMMAND, a script where COMMAND is one word (in a manifest: run)"
                 : "";
}

}  // namespace

void messages::print_spawn_failure(const job_ended& e) {
  const auto* const failure = std::get_if<spawn_failed>(&e.result.how);
  if (failure == nullptr || e.judged != verdict::failed) return;
  std::string reason = shown(describe(e.result.how), utf8_);
  if (said_.contains(reason)) return;
  print_(fmt::format("weir: job {}: {}{}", e.job.seq, reason, hint(*failure)));
  if (said_.size() < most_remembered) said_.insert(std::move(reason));
}

}  // namespace weir
