#include "report/summary.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "report/colours.hpp"
#include "report/command_to_repeat.hpp"
#include "report/failure_text.hpp"
#include "report/shown.hpp"
#include "report/stop_text.hpp"
#include "values/stop_reason.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

constexpr auto long_run = 30s;
constexpr std::size_t most_tail_lines = 10;
constexpr std::size_t widest_tail_line = 400;
constexpr std::size_t longest_command = 16384;

std::string_view last_lines(std::string_view text, std::size_t count) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  std::size_t from = text.size();
  for (; count > 0; --count) {
    from = text.rfind('\n', from == 0 ? 0 : from - 1);
    if (from == std::string_view::npos) return text;
  }
  return text.substr(from + 1);
}

/// Each line escaped, indented and terminated: output of a job must not look like a line of weir.
std::string lines_of_summary(std::string_view text, bool utf8) {
  std::string lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines += "  | " + shown_clipped(line, widest_tail_line, utf8) + "\n";
  }
  return lines;
}

/// " (1 after a retry)": a part of the number before it, not one more.
std::string aside(std::uint64_t count, std::string_view what) {
  return count == 0 ? std::string() : fmt::format(" ({} {})", count, what);
}

void add_count(std::string& list, std::uint64_t count, std::string_view what,
               std::string_view aside_of_it = {}) {
  if (count == 0) return;
  if (!list.empty()) list += ", ";
  list += fmt::format("{} {}{}", count, what, aside_of_it);
}

}  // namespace

void summary::on(const event& e) {
  if (const auto* ended = std::get_if<job_ended>(&e)) {
    count(*ended);
    if (ended->judged == verdict::failed) keep(*ended);
    if (ended->judged == verdict::cancelled) keep_cancelled(*ended);
    const bool is_skip = !ended->is_earlier() && std::holds_alternative<skipped>(ended->result.how);
    if (is_skip && skips_.size() < most_shown)
      skips_.push_back(fmt::format("weir: {} {}\n", job_label(ended->job, options_.utf8),
                                   shown(describe(ended->result.how), options_.utf8)));
  } else if (const auto* known = std::get_if<total_known>(&e)) {
    known_total_ = known->total;
  } else if (const auto* stop = std::get_if<stop_changed>(&e)) {
    stop_reason_ = shown(stop->reason, options_.utf8);
  } else if (const auto* left = std::get_if<process_left>(&e)) {
    keep(*left);
  }
}

void summary::end_early(std::string why) {
  ended_early_ = true;
  if (stop_reason_.empty()) stop_reason_ = std::move(why);
}

void summary::count(const job_ended& e) {
  ended_.count(e.judged, e.job.settings && e.job.settings->allow_failure);
  retried_ += e.judged == verdict::succeeded && e.attempts > 1 ? 1 : 0;
  leaked_ += e.result.leaked ? 1 : 0;
  earlier_ += e.is_earlier() ? 1 : 0;
  failed_earlier_ += e.job.earlier == earlier_run::failed ? 1 : 0;
  unfinished_earlier_ += e.job.earlier == earlier_run::unfinished ? 1 : 0;
}

/// A reason that keeps every job from starting is reported once.
bool summary::adds_to_another(const std::string& never_started) {
  if (never_started.empty()) return false;
  const auto same = std::find_if(failures_.begin(), failures_.end(), [&](const failure& f) {
    return f.never_started == never_started;
  });
  if (same == failures_.end()) return false;
  ++same->more;
  ++told_;
  return true;
}

void summary::keep(const job_ended& e) {
  failure f;
  const bool allowed = e.job.settings && e.job.settings->allow_failure;
  if (std::holds_alternative<spawn_failed>(e.result.how) && !allowed)
    f.never_started = describe(e.result.how);
  if (adds_to_another(f.never_started) || failures_.size() == most_shown) return;
  ++told_;
  f.head = failure_text(e, options_.utf8);
  f.title = shown_title(e.job, options_.utf8);
  f.again = again(e);
  f.tail = lines_of_summary(last_lines(without_colours(e.tail), most_tail_lines), options_.utf8);
  failures_.push_back(std::move(f));
}

/// Empty if too long to show, or if the job must not be run.
std::string summary::again(const job_ended& e) const {
  std::string line = command_to_repeat(e.job, e.slot, options_.utf8);
  return line.size() > longest_command || !e.job.refused.empty() ? std::string() : line;
}

void summary::keep_cancelled(const job_ended& e) {
  if (cancelled_.size() == most_cancelled) return;
  const std::string how = cancel_text(e, options_.utf8);
  const std::string command = again(e);
  cancelled_.push_back(command.empty()
                           ? fmt::format("weir: {}: {}\n", how, shown_title(e.job, options_.utf8))
                           : fmt::format("weir: {}; run it again: {}\n", how, command));
}

std::string summary::cancelled_text() const {
  std::string text;
  for (const std::string& each : cancelled_) text += each;
  if (ended_.cancelled > cancelled_.size())
    text += fmt::format("weir: and {} more cancelled\n", ended_.cancelled - cancelled_.size());
  return text;
}

void summary::keep(const process_left& e) {
  if (++daemons_ > most_shown) return;
  const std::string whose = e.seq == 0 ? "of a job" : fmt::format("of job {}", e.seq);
  left_.push_back(fmt::format("weir: left running: process {} {}: {}\n", e.pid, whose,
                              shown_clipped(e.command, widest_tail_line, options_.utf8)));
}

bool summary::has_news(std::chrono::nanoseconds elapsed) const {
  if (options_.always ||
      ended_.failed + ended_.cancelled + ended_.not_started + leaked_ + daemons_ > 0)
    return true;
  if (ended_early_ && ended_.total() > 0) return true;
  if (options_.terminal && options_.piped) return false;
  if (options_.terminal) return ended_.succeeded + ended_.skipped > 1;
  return elapsed >= long_run && ended_.succeeded + ended_.skipped > 0;
}

std::string summary::text_of(const failure& f) const {
  const std::string head = "weir: " + f.head;
  std::string text =
      options_.colour ? fmt::format("{}{}{}\n", sgr::red, head, sgr::reset) : head + "\n";
  if (!f.title.empty() && f.title != f.again) text += "  " + f.title + "\n";
  if (f.more > 0) text += fmt::format("  and {} more job{}\n", f.more, f.more == 1 ? "" : "s");
  text += f.tail;
  if (!f.again.empty()) text += "  run it again: " + f.again + "\n";
  return text;
}

/// Jobs that the run was stopped too early to read.
std::uint64_t summary::unread() const {
  if (stop_reason_.empty() || known_total_ < ended_.total()) return 0;
  return known_total_ - ended_.total();
}

std::string summary::total_text(std::chrono::nanoseconds elapsed) const {
  const std::uint64_t not_started = ended_.not_started + unread();
  const std::uint64_t total = ended_.total() + unread();
  const bool good = ended_.succeeded == total && !ended_early_;
  std::string counts;
  if (good) {
    counts = total == 0 ? "" : "all succeeded" + aside(retried_, "after a retry");
  } else {
    add_count(counts, ended_.succeeded, "succeeded", aside(retried_, "after a retry"));
    add_count(counts, ended_.failed, "failed", aside(ended_.allowed, "allowed to"));
    add_count(counts, ended_.skipped, "skipped");
    add_count(counts, ended_.cancelled, "cancelled");
    add_count(counts, not_started, "not started");
  }
  add_count(counts, earlier_, "of them in an earlier run");
  add_count(counts, leaked_, leaked_ == 1 ? "left its output open" : "left their output open");
  add_count(counts, daemons_, daemons_ == 1 ? "process left running" : "processes left running");
  std::string line = fmt::format("weir: {} in {}", count_jobs(total), format_duration(elapsed));
  if (!counts.empty()) line += (good ? ", " : ": ") + counts;
  if (!stop_reason_.empty()) line += "; " + stopped_because(stop_reason_);
  if (!options_.colour) return line + "\n";
  const bool cut_short = ended_.cancelled + not_started > 0;
  const auto colour = ended_.failed > ended_.allowed ? sgr::red
                      : cut_short                    ? sgr::yellow
                                                     : sgr::green;
  return fmt::format("{}{}{}\n", colour, line, sgr::reset);
}

std::string summary::quiet_text() const {
  const std::uint64_t not_started = ended_.not_started + unread();
  if (not_started == 0) return "";
  const std::string why = stop_reason_.empty() ? "" : "; " + stopped_because(stop_reason_);
  return fmt::format("weir: {} not started{}\n", count_jobs(not_started), why);
}

std::string summary::failures_text() const {
  std::string text;
  for (const failure& f : failures_) text += text_of(f);
  if (ended_.failed > told_)
    text += fmt::format("weir: and {} more failed\n", ended_.failed - told_);
  return text;
}

std::string summary::records_text() const {
  std::string list;
  for (const std::string& name : records_)
    list += (list.empty() ? "" : ", ") + shown(name, options_.utf8);
  return list.empty() ? "" : "weir: records: " + list + '\n';
}

std::string summary::text(std::chrono::nanoseconds elapsed) const {
  // A log of a run that went well stays empty: the command line says where the records are.
  if (!has_news(elapsed)) return options_.terminal && !options_.piped ? records_text() : "";
  std::string text;
  for (const std::string& skip : skips_) text += skip;
  text += cancelled_text();
  for (const std::string& left : left_) text += left;
  text += failures_text();
  if (failed_earlier_ > 0)
    text += fmt::format("weir: {} not run again: use --resume-failed for that\n",
                        count_jobs(failed_earlier_));
  if (unfinished_earlier_ > 0)
    text += fmt::format("weir: {} not run again: use --unfinished again for that\n",
                        count_jobs(unfinished_earlier_));
  return text + total_text(elapsed) + records_text();
}

}  // namespace weir
