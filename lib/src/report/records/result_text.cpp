#include "report/records/result_text.hpp"

#include <algorithm>

#include "report/records/result_name.hpp"
#include "text/outcome_json.hpp"

namespace weir {

namespace {

/// {"type":"exited","code":3}, {"type":"signaled","signal":9}, ...
void append_outcome(std::string& to, const outcome& how) {
  json_object object(to);
  add_outcome(object, "type", how);
  object.close();
}

void add_usage(json_object& to, const attempt_result& result, const record_settings& settings) {
  to.add_time("started", settings.run.at(result.started));
  to.add_seconds("seconds", result.ended - result.started);
  to.add_seconds("cpu", result.usage.user + result.usage.system);
  to.add("max_rss", result.usage.max_rss).add("bytes", result.bytes);
  add_group_usage(to, result.group.get());
}

}  // namespace

void add_result(json_object& to, const job_ended& ended, const record_settings& settings) {
  const attempt_result& last = ended.result;
  to.add("seq", ended.job.seq).add("name", result_name(ended.job));
  append_json(to.key("argv"), with_slot(ended.job, std::max(ended.slot, 1U)));
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
