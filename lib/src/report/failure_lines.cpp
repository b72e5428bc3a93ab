#include "report/failure_lines.hpp"

#include <utility>

#include "report/failure_text.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

/// Held lines, each of which may be long; more are printed early.
constexpr std::size_t most_held = 100;

/// A job that could not be started has a message of its own, at once.
bool is_told_here(const job_ended& e) {
  return e.judged == verdict::failed && !e.is_earlier() &&
         !std::holds_alternative<spawn_failed>(e.result.how);
}

std::string line_about(const job_ended& e, bool utf8) {
  const std::string command = shown_title(e.job, utf8);
  return "weir: " + failure_text(e, utf8) + (command.empty() ? "" : ": " + command);
}

}  // namespace

failure_lines::failure_lines(printer print, bool utf8, std::chrono::nanoseconds hold,
                             std::function<time_point()> now)
    : print_(std::move(print)), utf8_(utf8), hold_(hold), now_(std::move(now)) {}

void failure_lines::on(const event& e) {
  const auto* const ended = std::get_if<job_ended>(&e);
  if (ended == nullptr || !is_told_here(*ended) || told_ > most_lines) return;
  if (hold_ == 0ns) return print(line_about(*ended, utf8_));
  const time_point due = now_() + hold_;
  held_.push_back({due, line_about(*ended, utf8_)});
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
  if (told_ == most_lines + 1) print_("weir: further failures are counted, not told one by one");
}

}  // namespace weir
