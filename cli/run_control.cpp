#include "run_control.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <weir/error.hpp>

#include "input/limit.hpp"
#include "report/progress_lines.hpp"
#include "report/stop_text.hpp"
#include "report/waiting_lines.hpp"
#include "runtime_directory.hpp"
#include "text/escape.hpp"
#include "text/json_text.hpp"
#include "text/number.hpp"
#include "text/utf8.hpp"
#include "values/stop_reason.hpp"

namespace weir::cli {

namespace {

/// How many running jobs are listed, and how many waiting ones to programs.
constexpr std::size_t most_jobs = 1000;

std::string path_of(const options& o, pid_t front) {
  if (!o.control.in_runtime_directory) return o.control.path;
  return open_runtime_directory().path + '/' + std::to_string(front);
}

/// Of which a run remembers that they have ended.
constexpr std::size_t most_names = 100000;

/// The ways in which a given word may mean a job, the closest first: a job's name may be a number.
using meaning = bool (*)(const job_spec&, const std::string&);
constexpr meaning meant_by_name = [](const job_spec& job, const std::string& word) {
  return job.name == word;
};
constexpr meaning meant_by_number = [](const job_spec& job, const std::string& word) {
  return std::to_string(job.seq) == word;
};
constexpr meaning meant_by_item = [](const job_spec& job, const std::string& word) {
  return job.item == word;
};
constexpr meaning meant_by_title = [](const job_spec& job, const std::string& word) {
  return title(job) == word;
};

std::string list_of(const std::vector<std::string>& titles) {
  constexpr std::size_t most = 5;
  std::string all;
  for (std::size_t i = 0; i < std::min(most, titles.size()); ++i)
    all += (i == 0 ? "" : ", ") + escape(titles[i]);
  if (titles.size() > most) all += " and " + std::to_string(titles.size() - most) + " more";
  return all;
}

}  // namespace

struct run_control::answer {
  bool ok = true;
  std::string text = {};                                       ///< for people
  std::vector<std::pair<std::string, std::string>> more = {};  ///< members, as JSON

  static answer error(std::string why) { return {false, std::move(why)}; }

  std::string for_people() const { return (ok ? "ok\n" : "error\n") + text; }
  std::string for_programs() const {
    std::string all;
    json_object object(all);
    object.add("ok", ok);
    if (!ok) object.add("error", text);
    for (const auto& [key, json] : more) object.add_raw(key, json);
    object.close();
    return all;
  }
};

run_control::run_control(loop_executor loop, const options& o, pid_t front,
                         std::chrono::steady_clock::time_point start)
    : front_(front),
      cpus_(o.cpus),
      state_(static_cast<unsigned>(o.engine.limit.value_or(0)), start),
      limit_(o.engine.limit),
      keeps_journal_(!o.journal.path.empty()),
      server_(poll_set::of(loop), path_of(o, front),
              [this](std::string_view line) { return take(line); }) {}

run_control::~run_control() = default;

void run_control::on(const event& e) {
  state_.on(e);
  if (const auto* set = std::get_if<limit_set>(&e)) limit_ = set->jobs;
  if (const auto* accepted = std::get_if<job_accepted>(&e)) remember(accepted->job);
}

/// Numbers follow one another, but for those of jobs that were added meanwhile.
void run_control::remember(const job_spec& accepted) {
  const auto next = accepted_.upper_bound(accepted.seq);
  const auto last = next == accepted_.begin() ? accepted_.end() : std::prev(next);
  if (last != accepted_.end() && last->second + 1 == accepted.seq)
    ++last->second;
  else
    accepted_.emplace(accepted.seq, accepted.seq);
  if (!accepted.name.empty() && accepted_names_.size() < most_names)
    accepted_names_.insert(accepted.name);
}

std::string run_control::take(std::string_view line) {
  constexpr std::string_view json = "json ";
  const bool for_programs = line.starts_with(json);
  if (for_programs) line.remove_prefix(json.size());
  const auto blank = std::min(line.find(' '), line.size());
  const std::string_view verb = line.substr(0, blank);
  const std::string rest(line.substr(std::min(blank + 1, line.size())));
  if (verb == "wait" && rest.empty()) return {};
  if (verb == "status" && rest.empty())
    return for_programs ? status_for_programs() : "ok\n" + status_for_people();
  const answer said = act(verb, rest);
  if (said.ok && verb != "add") to_->take(controlled{escape(line)});  // that the run says itself
  return for_programs ? said.for_programs() : said.for_people();
}

void run_control::tell_end(int status, int signal) {
  over_ = true;
  server_.answer_the_rest([&](std::string_view line) {
    return line.starts_with("json ") ? end_for_programs(status, signal)
                                     : end_for_people(status, signal);
  });
}

std::string run_control::end_for_people(int status, int signal) const {
  const tally& ended = state_.ended();
  const std::pair<std::uint64_t, std::string_view> counts[]{
      {ended.failed, "failed"},       {ended.skipped, "skipped"},
      {ended.cancelled, "cancelled"}, {ended.not_started, "not started"},
      {ended.succeeded, "succeeded"},
  };
  std::string text = "ended " + std::to_string(status) + "\nthe run ended with exit status " +
                     std::to_string(status);
  if (signal != 0) text += " (" + signal_name(signal) + ')';
  std::string_view before = ": ";
  for (const auto& [jobs, how] : counts) {
    if (jobs == 0) continue;
    text.append(before).append(std::to_string(jobs)).append(" ").append(how);
    before = ", ";
  }
  return text;
}

std::string run_control::end_for_programs(int status, int signal) const {
  std::string all;
  json_object object(all);
  object.add("ok", true).add("status", status);
  if (signal != 0) object.add("signal", signal_name(signal));
  add_ends(object);
  object.close();
  return all;
}

void run_control::add_ends(json_object& to) const {
  const tally& ended = state_.ended();
  to.add("succeeded", ended.succeeded).add("failed", ended.failed).add("skipped", ended.skipped);
  to.add("cancelled", ended.cancelled).add("not_started", ended.not_started);
}

run_control::answer run_control::act(std::string_view verb, const std::string& rest) {
  if (over_) return answer::error("the run is over");
  if (verb == "limit" || verb == "pause" || verb == "resume")
    if (const std::string why = why_no_job_starts(); !why.empty()) return answer::error(why);
  if (verb == "limit") return set_limit(rest);
  if ((verb == "pause" || verb == "resume") && rest.empty()) return pause(verb == "pause");
  if ((verb == "cancel" || verb == "kill") && !rest.empty()) return end_jobs(rest, verb == "kill");
  if (verb == "add" && !rest.empty()) return add_job(rest);
  return answer::error(
      "not understood: expected status, limit N, pause, resume, cancel NAME, "
      "kill NAME, add LINE or wait");
}

run_control::answer run_control::set_limit(const std::string& text) {
  try {
    const unsigned number = parse_limit("limit", text, cpus_);
    const auto limit = number == no_limit ? std::nullopt : std::optional<std::size_t>(number);
    if (elsewhere_ == nullptr) {
      to_->take(limit_set{limit});
    } else {
      elsewhere_->limit(limit);
      limit_ = limit;
    }
  } catch (const usage_error& error) {
    return answer::error(error.what());
  }
  const std::string number = limit_ ? std::to_string(*limit_) : "null";
  std::string said =
      limit_ ? number + (*limit_ == 1 ? " job at once" : " jobs at once") : "no limit";
  if (elsewhere_ != nullptr && limit_ != 1U) said += ", as far as the workers' slots allow";
  return {true, std::move(said), {{"limit", number}}};
}

/// After a halt, jobs that follow up start. \returns empty if any may start.
std::string run_control::why_no_job_starts() const {
  const std::string_view why = state_.stop_reason();
  if (why.empty() || why == reason_halt || why == reason_unstartable) return {};
  return "no job starts any more: the run is being stopped (" + escape(why) + ")";
}

run_control::answer run_control::pause(bool now) const {
  to_->take(starts_paused{now});
  return {true,
          now ? "no job starts until resume" : "jobs start",
          {{"paused", now ? "true" : "false"}}};
}

std::string run_control::has_ended(const std::string& name) const {
  const std::string_view why = state_.stop_reason();
  return "job " + escape(name) + " has ended" +
         (why.empty() ? std::string()
                      : ", or does not start: the run is being stopped (" + escape(why) + ")");
}

/// A word that is the number of a job means that job, also after its end: it is another job's item
/// only by chance. \returns empty if no job has or had this number.
std::string run_control::why_not_unfinished(const std::string& number) const {
  std::string_view digits = number;
  const auto seq = take_digits(digits);
  if (!seq || *seq == 0 || std::to_string(*seq) != number) return {};
  const auto next = accepted_.upper_bound(*seq);
  if (next != accepted_.begin() && std::prev(next)->second >= *seq) return has_ended(number);
  if (*seq <= state_.total().value_or(0)) return "job " + number + " has not been read yet";
  return {};
}

run_control::answer run_control::end_jobs(const std::string& name, bool kill) const {
  std::vector<std::string> ended;
  const auto end_those = [&](meaning is_meant) {
    to_->take(jobs_unwanted{[&](const job_spec& job) {
                              const bool is_it = is_meant(job, name);
                              if (is_it) ended.push_back(title(job));
                              return is_it;
                            },
                            kill});
    return !ended.empty();
  };
  if (!end_those(meant_by_name) && accepted_names_.contains(name))
    return answer::error(has_ended(name));
  if (ended.empty() && !end_those(meant_by_number))
    if (std::string why = why_not_unfinished(name); !why.empty())
      return answer::error(std::move(why));
  if (ended.empty() && !end_those(meant_by_item)) end_those(meant_by_title);
  if (ended.empty())
    return answer::error("no unfinished job is called " + escape(name) + " (see weir ctl status)");
  const std::string number = std::to_string(ended.size());
  return {true,
          (kill ? "killed " : "cancelled ") + number + (ended.size() == 1 ? " job: " : " jobs: ") +
              list_of(ended),
          {{"jobs", number}}};
}

run_control::answer run_control::add_job(const std::string& line) const {
  if (line.find('\0') != std::string::npos) return answer::error("a line has no NUL byte");
  // It would be missing from a resumed run.
  utf8_checker checker;
  checker.take(line);
  if (keeps_journal_ && !checker.is_utf8())
    return answer::error("LINE is not UTF-8, and could not be kept in the journal");
  const auto told = std::make_shared<job_wanted::answer>();
  to_->take(job_wanted{line, told});
  if (!told->refused.empty()) return answer::error(told->refused);
  std::vector<std::string> titles;
  std::string list = "[";
  for (const added_job& each : told->jobs) {
    titles.push_back(each.title);
    if (list.back() != '[') list += ',';
    json_object row(list);
    row.add("seq", each.seq).add("name", each.title);
    row.close();
  }
  const std::string what = titles.size() == 1
                               ? "added job " + std::to_string(told->jobs.front().seq) + ": "
                               : "added " + std::to_string(titles.size()) + " jobs: ";
  return {true, what + list_of(titles), {{"added", list + ']'}}};
}

std::vector<std::string> run_control::worker_lines() const {
  std::vector<std::string> lines;
  if (elsewhere_ == nullptr) return lines;
  for (const worker_state& each : elsewhere_->workers()) {
    std::string& line = lines.emplace_back("weir:   worker " + each.name);
    if (!each.labels.empty()) line += " (" + list_of(each.labels) + ")";
    line += ": ";
    if (each.slots == 0)
      line += each.how;
    else
      line += std::to_string(each.running) + " running, " + std::to_string(each.slots) +
              (each.slots == 1 ? " slot" : " slots");
    if (each.slots > 0 && each.how != "ready") line.append(", ").append(each.how);
  }
  return lines;
}

void run_control::add_workers(std::string& to) const {
  to += '[';
  for (const worker_state& each : elsewhere_->workers()) {
    if (to.back() != '[') to += ',';
    json_object row(to);
    row.add("name", each.name);
    std::string& labels = row.key("labels");
    labels += '[';
    for (const std::string& label : each.labels)
      labels.append(label == each.labels.front() ? "\"" : ",\"").append(label).append("\"");
    labels += ']';
    row.add("state", each.how).add("slots", each.slots).add("running", each.running);
    row.close();
  }
  to += ']';
}

/// Jobs between two attempts.
void run_control::add_resting(std::string& to, std::chrono::steady_clock::time_point now) const {
  to += '[';
  for (const auto& [seq, job] : state_.resting()) {
    if (to.back() != '[') to += ',';
    json_object row(to);
    row.add("seq", seq).add("attempt", job.attempt).add("name", job.title);
    row.add_seconds("seconds_left",
                    std::max(std::chrono::nanoseconds{}, job.until - state_.active(now)));
    row.close();
  }
  to += ']';
}

void run_control::add_held(json_object& to) const {
  const bool at_gate = state_.held_at_gate() > 0;
  const std::uint64_t held = at_gate ? state_.held_at_gate() : state_.held_by_pools();
  to.add("held", held);
  if (held == 0) return;
  const std::string pool = state_.held_by_pool();
  to.add("held_by", at_gate ? state_.gate_held_by() : pool.empty() ? "pools" : "pool " + pool);
}

/// Jobs that have not started: the first ones, and how many there are.
void run_control::add_waiting(json_object& to) const {
  const waiting_asked::answer waiting = waiting_jobs(*to_, most_jobs);
  std::string& list = to.key("waiting") += '[';
  for (const waiting_job& job : waiting.jobs) {
    if (list.back() != '[') list += ',';
    json_object row(list);
    row.add("seq", job.seq).add("name", job.title);
    row.add("for", to_string(job.what)).add("why", job.why);
    row.close();
  }
  list += ']';
  to.add("waiting_more", waiting.more);
}

std::string run_control::status_for_people() const {
  const auto now = std::chrono::steady_clock::now();
  std::string text = progress_line(state_, now);
  if (state_.starts_paused()) text += "\nweir: no job starts until resume";
  if (const auto left = run_->left_to_write(); left > 0) text += "\nweir: " + left_text(left);
  for (const std::string& line : worker_lines()) text += '\n' + line;
  for (const std::string& line : running_lines(state_, most_jobs, now, true)) text += '\n' + line;
  for (const std::string& line : waiting_lines(waiting_jobs(*to_, most_counted), state_, true))
    text += '\n' + line;
  return text;
}

std::string run_control::status_for_programs() const {
  const auto now = std::chrono::steady_clock::now();
  const auto number = [](const auto& known) {
    return known ? std::to_string(*known) : std::string("null");
  };
  std::string all;
  json_object object(all);
  object.add("ok", true).add("pid", front_).add("running", state_.running());
  object.add("pending", state_.pending());
  add_ends(object);
  object.add_raw("total", number(state_.total())).add_raw("limit", number(limit_));
  object.add("paused", state_.starts_paused());
  object.add("unwritten", run_->left_to_write());
  add_held(object);
  if (elsewhere_ != nullptr) add_workers(object.key("workers"));
  std::string& jobs = object.key("jobs") += '[';
  for (const running_job* job : state_.running_jobs(most_jobs)) {
    if (jobs.back() != '[') jobs += ',';
    json_object row(jobs);
    row.add("seq", job->seq).add("slot", job->slot).add("attempt", job->attempt);
    row.add("name", job->title()).add_seconds("seconds", state_.active(now) - job->started);
    row.close();
  }
  jobs += ']';
  add_resting(object.key("resting"), now);
  add_waiting(object);
  object.close();
  return all;
}

}  // namespace weir::cli
