#include "report/records/page_row.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "report/command_to_repeat.hpp"
#include "report/how_it_ended.hpp"
#include "report/shown.hpp"
#include "text/json_text.hpp"
#include "text/outcome_json.hpp"

namespace weir {

namespace {

constexpr std::size_t widest_row_title = 300;
constexpr std::size_t longest_command_in_row = 2000;
constexpr std::size_t longest_failed_command = 16384;
constexpr std::size_t most_attempts_in_row = 20;
constexpr std::size_t most_needs = 100;

using nanoseconds = std::chrono::nanoseconds;

double seconds(nanoseconds d) {
  return std::chrono::duration<double>(std::max(d, nanoseconds{})).count();
}

void add_needs(json_object& row, const std::vector<need>& needs) {
  std::string& to = row.key("needs") += '[';
  for (std::size_t i = 0; i < std::min(needs.size(), most_needs); ++i)
    (to += i == 0 ? "" : ",") += std::to_string(needs[i].seq);
  to += ']';
  if (needs.size() > most_needs) row.add("more_needs", needs.size() - most_needs);
}

void add_pools(json_object& row, const job_settings& settings) {
  std::string& to = row.key("pools") += '[';
  for (const auto& pool : settings.pools) {
    if (to.back() != '[') to += ',';
    append_json(to, pool.first);
  }
  to += ']';
}

void add_settings(json_object& row, const job_settings& settings) {
  if (settings.weight != 1) row.add("weight", settings.weight);
  if (!settings.pools.empty()) add_pools(row, settings);
  if (settings.claims.memory > 0) row.add("claim", settings.claims.memory);
  if (settings.claims.cpus > 0) row.add_raw("cpus", fmt::format("{:g}", settings.claims.cpus));
  if (settings.claims.gpus > 0) row.add("gpus", settings.claims.gpus);
  if (settings.allow_failure) row.add("may_fail", true);
  if (settings.shield) row.add("shield", true);
}

/// The command line to run it again, unless the title already is that.
void add_command(json_object& row, const job_ended& e, bool long_ones) {
  const std::string again = command_to_repeat(e.job, e.slot, true);
  if (again == title(e.job) && again.size() <= longest_command_in_row) return;
  const bool fits = again.size() <= (long_ones ? longest_failed_command : longest_command_in_row);
  row.add("command", fits ? std::string_view(again) : std::string_view());
}

/// What a job of a manifest executes, where its command line is weir's own.
void add_what_runs(json_object& row, const job_ended& e) {
  const job_spec& job = e.job;
  const bool by_name = job.settings && !job.settings->again.empty() && !job.name.empty();
  if (!by_name || !job.refused.empty()) return;
  const std::string text = command_text(job);
  if (text.size() <= longest_failed_command)
    row.add("runs", is_utf8(text) ? text : shown(text, true));
}

void add_end(json_object& row, const job_ended& e) {
  const auto* exit = std::get_if<exited>(&e.result.how);
  if (e.judged != verdict::succeeded) row.add("verdict", to_string(e.judged));
  if (e.is_earlier())
    row.add("how", e.judged == verdict::succeeded ? "ended in an earlier run" : how_it_ended(e));
  else if (exit == nullptr || exit->code != 0)
    row.add("how", describe(e.result.how));
  if (e.result.leaked) row.add("leaked", true);
  const auto* failed = std::get_if<spawn_failed>(&e.result.how);
  if (failed != nullptr && failed->step != "return") row.add("not_executed", true);
}

}  // namespace

void job_history::ready(time_point at, std::uint64_t last) {
  ready_ = at;
  last_need_ = last;
}

void job_history::attempt_ended(unsigned slot, const attempt_result& result) {
  // The end of a job that waits for its next attempt repeats the result of the last one.
  if (!running_) return;
  running_ = false;
  used_.user += result.usage.user;
  used_.system += result.usage.system;
  used_.max_rss = std::max(used_.max_rss, result.usage.max_rss);
  bytes_ += result.bytes;
  group_ = result.group;
  if (attempts_.size() == most_attempts_in_row) attempts_.pop_back();
  attempts_.push_back({slot, result.started, result.ended, describe(result.how), result.node});
}

void job_history::append_attempts(std::string& to, time_point started) const {
  to += '[';
  for (const attempt& each : attempts_) {
    if (to.back() != '[') to += ',';
    fmt::format_to(std::back_inserter(to), "[{},{:.6f},{:.6f}", each.slot,
                   seconds(each.started - started), seconds(each.ended - started));
    if (attempts_.size() > 1 || !each.node.empty()) append_json(to += ',', each.how);
    if (!each.node.empty()) append_json(to += ',', shown(each.node, true));
    to += ']';
  }
  to += ']';
}

void job_history::append_row(std::string& to, const job_ended& e, time_point started,
                             const extras& more) const {
  const std::size_t from = to.size();
  json_object row(to);
  row.add("seq", e.job.seq).add("title", shown_clipped(title(e.job), widest_row_title, true));
  if (e.job.name.empty() && e.job.item && !e.job.item->empty())
    row.add("item", shown_clipped(*e.job.item, widest_row_title, true));
  add_command(row, e, more.with_tail);
  if (more.with_tail) add_what_runs(row, e);
  add_end(row, e);
  row.add_seconds("accepted", accepted_ - started);
  if (ready_) row.add_seconds("ready", *ready_ - started);
  if (last_need_ != 0) row.add("last", last_need_);
  if (!e.job.needs.empty()) add_needs(row, e.job.needs);
  if (e.job.settings) add_settings(row, *e.job.settings);
  if (!attempts_.empty() && e.attempts > 0) {
    append_attempts(row.key("attempts"), started);
    if (e.attempts > attempts_.size()) row.add("tries", e.attempts);
    row.add_seconds("user", used_.user).add_seconds("system", used_.system);
    row.add("rss", used_.max_rss).add("bytes", bytes_);
    add_group_usage(row, group_.get());
  } else {
    row.add_seconds("ended", e.result.ended - started);
  }
  if (!more.place.empty()) row.add("place", more.place);
  if (more.with_tail && !e.tail.empty()) row.add("tail", without_colours(e.tail));
  row.close();
  to += '\n';
  std::string text = to.substr(from);
  escape_for_script(text);
  to.replace(from, std::string::npos, text);
}

void escape_for_script(std::string& json) {
  for (std::size_t at = 0; (at = json.find('<', at)) != std::string::npos;)
    json.replace(at, 1, "\\u003c");
}

}  // namespace weir
