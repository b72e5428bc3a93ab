#include "report/ci_github.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "report/ci_groups.hpp"
#include "report/command_to_repeat.hpp"
#include "report/shown.hpp"
#include "report/stop_text.hpp"
#include "text/escape.hpp"
#include "values/stop_reason.hpp"

namespace weir {

namespace {

constexpr std::size_t widest_annotation = 120;
constexpr std::size_t widest_line = 400;
constexpr std::size_t longest_annotated_command = 1000;

/// Makes the text inert: no markup, no HTML, and nothing that ends a table cell.
std::string without_colour(std::string_view text) {
  constexpr std::string_view special = "&<>|`*_[]()#~\\!@:";
  std::string to;
  for (const char c : text) {
    if (special.find(c) == std::string_view::npos)
      to += c;
    else
      fmt::format_to(std::back_inserter(to), "&#{};", static_cast<unsigned>(c));
  }
  return to;
}

std::string shown_lines(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines += shown_clipped(line, widest_line, true) + '\n';
  }
  return lines;
}

/// A code block that its content cannot close: the fence is longer than any in it (CommonMark 4.5).
std::string fenced(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) longest = std::max(longest, run = c == '`' ? run + 1 : 0);
  const std::string fence(std::max<std::size_t>(longest + 1, 3), '`');
  return fmt::format("{}text\n{}{}\n", fence, text, fence);
}

}  // namespace

void github_report::on(const event& e) {
  if (const auto* ended = std::get_if<job_ended>(&e)) return count(*ended);
  if (const auto* known = std::get_if<total_known>(&e)) known_total_ = known->total;
  if (const auto* stop = std::get_if<stop_changed>(&e))
    stop_reason_ = shown_clipped(stop->reason, widest_annotation, true);
}

void github_report::count(const job_ended& e) {
  ended_.count(e.judged, e.job.settings && e.job.settings->allow_failure);
  if (e.judged == verdict::failed && !e.is_earlier()) return keep(e);
  if (e.judged == verdict::cancelled) return keep_cancelled(e);
  if (e.judged != verdict::succeeded || e.attempts < 2) return;
  ++retried_;
  if (flaky_.size() < most_flaky)
    flaky_.push_back({escape_and_clip_amid(title(e.job), widest_annotation), e.attempts});
}

void github_report::keep_cancelled(const job_ended& e) {
  if (cancelled_.size() < most_cancelled)
    cancelled_.push_back({escape_and_clip_amid(title(e.job), widest_annotation),
                          e.result.ended - e.result.started, e.attempts});
}

void github_report::keep(const job_ended& e) {
  if (failures_.size() >= most_failures) return;
  failure f;
  f.title = escape_and_clip_amid(title(e.job), widest_annotation);
  f.how = shown_clipped(describe(e.result.how), widest_annotation, true);
  f.tail = shown_lines(without_colours(e.tail));
  f.again = command_to_repeat(e.job, e.slot, true);
  if (f.again.size() > longest_annotated_command) f.again.clear();
  f.took = e.result.ended - e.result.started;
  f.attempts = e.attempts;
  f.allowed = e.job.settings && e.job.settings->allow_failure;
  failures_.push_back(std::move(f));
}

std::vector<std::string> github_report::annotations() const {
  std::vector<std::string> lines;
  for (const failure& f : failures_) {
    if (f.allowed) continue;
    if (lines.size() == most_annotations) break;
    std::string text = f.how + '\n' + f.tail;
    text.erase(text.find_last_not_of('\n') + 1);  // a trailing newline would show
    lines.push_back(
        fmt::format("::error title={}::{}", github_property(f.title), github_data(text)));
  }
  return lines;
}

/// Jobs that the run was stopped too early to read.
std::uint64_t github_report::unread() const {
  if (stop_reason_.empty() || known_total_ < ended_.total()) return 0;
  return known_total_ - ended_.total();
}

std::string github_report::counts(std::chrono::nanoseconds elapsed) const {
  const std::uint64_t bad = ended_.failed - ended_.allowed;
  std::string head = count_jobs(ended_.total() + unread());
  if (bad > 0) head = fmt::format("{} of {} failed", bad, head);
  if (!stop_reason_.empty()) head += "; " + without_colour(stopped_because(stop_reason_));
  return fmt::format(
      "### weir: {}\n\n"
      "| Succeeded | After a retry | Failed | Allowed to fail | Skipped | Cancelled | Not started "
      "| Time |\n|--:|--:|--:|--:|--:|--:|--:|--:|\n| {} | {} | {} | {} | {} | {} | {} | {} |\n",
      head, ended_.succeeded, retried_, bad, ended_.allowed, ended_.skipped, ended_.cancelled,
      ended_.not_started + unread(), format_duration(elapsed));
}

std::string github_report::failure_table() const {
  std::string table = "\n| Failed | How | Time | Attempts |\n|---|---|--:|--:|\n";
  for (const failure& f : failures_)
    table +=
        fmt::format("| {} | {}{} | {} | {} |\n", without_colour(f.title), without_colour(f.how),
                    f.allowed ? " (allowed)" : "", format_duration(f.took), f.attempts);
  if (ended_.failed > failures_.size())
    table += fmt::format("\nand {} more\n", ended_.failed - failures_.size());
  return table;
}

std::string github_report::cancelled_table() const {
  std::string table = "\n| Cancelled | Time | Attempts |\n|---|--:|--:|\n";
  for (const cut& c : cancelled_)
    table += fmt::format("| {} | {} | {} |\n", without_colour(c.title), format_duration(c.took),
                         c.attempts);
  if (ended_.cancelled > cancelled_.size())
    table += fmt::format("\nand {} more\n", ended_.cancelled - cancelled_.size());
  return table;
}

std::string github_report::details(const failure& f) const {
  if (f.tail.empty() && f.again.empty()) return {};
  std::string text = fmt::format("\n<details><summary>{}: {}</summary>\n\n",
                                 without_colour(f.title), without_colour(f.how));
  if (!f.tail.empty()) text += fenced(f.tail);
  if (!f.again.empty()) text += "\nRun it again:\n" + fenced(f.again + '\n');
  return text + "\n</details>\n";
}

std::string github_report::flaky_table() const {
  std::string table = "\n| Flaky: succeeded at a later attempt | Attempts |\n|---|--:|\n";
  for (const flaky& f : flaky_)
    table += fmt::format("| {} | {} |\n", without_colour(f.title), f.attempts);
  if (retried_ > flaky_.size()) table += fmt::format("\nand {} more\n", retried_ - flaky_.size());
  return table;
}

std::string github_report::summary(std::chrono::nanoseconds elapsed, std::size_t most) const {
  if (ended_.total() == 0) return {};
  std::string text;
  const auto add = [&](const std::string& part) {
    if (text.size() + part.size() <= most) text += part;
  };
  add(counts(elapsed));
  if (text.empty()) return {};
  if (!failures_.empty()) add(failure_table());
  if (!cancelled_.empty()) add(cancelled_table());
  for (const failure& f : failures_) add(details(f));
  if (!flaky_.empty()) add(flaky_table());
  return text;
}

}  // namespace weir
