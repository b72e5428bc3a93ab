#include "report/records/result_text.hpp"

#include <algorithm>

#include "report/records/result_name.hpp"

namespace weir {

namespace {

struct outcome_members {
  json_object& to;

  void operator()(const exited& e) const { to.add("type", "exited").add("code", e.code); }
  void operator()(const signaled& s) const {
    to.add("type", "signaled").add("signal", s.signal).add("core_dumped", s.core_dumped);
  }
  void operator()(const timed_out& t) const {
    to.add("type", "timed_out").add_seconds("limit", t.limit);
  }
  void operator()(const spawn_failed& f) const {
    to.add("type", "spawn_failed").add("errno", f.error).add("error", describe(f));
  }
  void operator()(const cancelled& c) const {
    to.add("type", "cancelled").add("started", c.started);
  }
  void operator()(const skipped& s) const { to.add("type", "skipped").add("reason", s.reason); }
  void operator()(const left_running& l) const {
    to.add("type", "left_running").add("what", l.what);
  }
};

void append_arguments(std::string& to, const argument_list& argv) {
  to += '[';
  std::string_view left = argv.bytes();
  for (bool first = true; !left.empty(); first = false) {
    const std::size_t end = left.find('\0');
    if (!first) to += ',';
    append_json(to, left.substr(0, end));
    left.remove_prefix(end + 1);
  }
  to += ']';
}

void add_usage(json_object& to, const attempt_result& result, const record_settings& settings) {
  to.add_time("started", settings.at(result.started));
  to.add_seconds("seconds", result.ended - result.started);
  to.add_seconds("cpu", result.usage.user + result.usage.system);
  to.add("max_rss", result.usage.max_rss).add("bytes", result.bytes);
}

}  // namespace

void append_outcome(std::string& to, const outcome& how) {
  json_object object(to);
  std::visit(outcome_members{object}, how);
  object.close();
}

void add_result(json_object& to, const job_ended& ended, const record_settings& settings) {
  const attempt_result& last = ended.result;
  to.add("seq", ended.job.seq).add("name", result_name(ended.job));
  append_arguments(to.key("argv"), with_slot(ended.job, std::max(ended.slot, 1U)));
  append_outcome(to.key("outcome"), last.how);
  to.add("verdict", to_string(ended.judged)).add("attempts", ended.attempts);
  if (ended.attempts > 0) add_usage(to, last, settings);
}

void add_attempt(json_object& to, unsigned attempt, const attempt_result& result,
                 const record_settings& settings) {
  to.add("attempt", attempt);
  append_outcome(to.key("outcome"), result.how);
  add_usage(to, result, settings);
}

bool is_captured(const job_ended& ended) {
  return ended.attempts > 0 && is_captured(ended.job);
}

bool is_captured(const job_spec& job) {
  return !(job.settings && job.settings->output == output_mode::raw);
}

}  // namespace weir
