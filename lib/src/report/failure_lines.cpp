#include "report/failure_lines.hpp"

#include <utility>

#include "report/failure_text.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

/// Held lines at most, since each may be long; beyond that, the oldest is printed early.
constexpr std::size_t most_held = 100;

/// Reasons remembered; any beyond that are reported each time.
constexpr std::size_t most_reasons = 1000;

bool never_started(const job_ended& e) {
  return std::holds_alternative<spawn_failed>(e.result.how);
}

std::string line_about(const job_ended& e, bool utf8) {
  const std::string command = never_started(e) ? std::string() : shown_title(e.job, utf8);
  return "weir: " + failure_text(e, utf8) + (command.empty() ? "" : ": " + command);
}

}  // namespace

failure_lines::failure_lines(printer print, settings s, std::function<time_point()> now)
    : print_(std::move(print)), settings_(s), now_(std::move(now)) {}

bool failure_lines::is_told(const job_ended& e) {
  if (e.judged != verdict::failed || e.is_earlier() || told_ > most_lines) return false;
  if (!never_started(e)) return !settings_.only_unstarted;
  std::string reason = describe(e.result.how);
  if (reasons_.contains(reason)) return false;
  if (reasons_.size() < most_reasons) reasons_.insert(std::move(reason));
  return true;
}

void failure_lines::on(const event& e) {
  const auto* const ended = std::get_if<job_ended>(&e);
  if (ended == nullptr || !is_told(*ended)) return;
  if (settings_.hold == 0ns) return print(line_about(*ended, settings_.utf8));
  const time_point due = now_() + settings_.hold;
  held_.push_back({due, line_about(*ended, settings_.utf8)});
  if (held_.size() == 1 && wake) wake(due);
  if (held_.size() <= most_held) return;
  print(held_.front().text);
  held_.pop_front();
}

failure_lines::time_point failure_lines::tick(time_point now) {
  for (; !held_.empty() && held_.front().due <= now; held_.pop_front()) print(held_.front().text);
  return held_.empty() ? time_point::max() : held_.front().due;
}

void failure_lines::print(std::string_view line) {
  if (++told_ <= most_lines) return print_(line);
  if (told_ == most_lines + 1) print_("weir: further failures are counted, not listed one by one");
}

}  // namespace weir
