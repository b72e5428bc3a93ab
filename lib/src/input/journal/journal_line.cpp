#include "input/journal/journal_line.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <utility>

#include <boost/crc.hpp>
#include <boost/json.hpp>

#include <weir/version.hpp>

#include "input/journal/job_key.hpp"
#include "text/json_text.hpp"
#include "text/outcome_json.hpp"

namespace weir {

namespace {

constexpr std::string_view crc_key = R"(,"crc":")";
constexpr std::size_t crc_length = crc_key.size() + 8 + 2;  // "01234567"}
constexpr double longest_seconds = 9e9;                     // nanoseconds of it fit into 63 bits

std::string crc_of(std::string_view text) {
  boost::crc_32_type crc;
  crc.process_bytes(text.data(), text.size());
  std::string hex(8, '0');
  std::uint32_t value = crc.checksum();
  for (std::size_t i = hex.size(); i-- > 0; value >>= 4) hex[i] = "0123456789abcdef"[value & 15];
  return hex;
}

/// Ends a line that begins at `from`.
void close_line(std::string& to, std::size_t from) {
  const std::string crc = crc_of(std::string_view(to).substr(from));
  ((to += crc_key) += crc) += "\"}\n";
}

/// An object that ends with its checksum.
class line {
 public:
  line(std::string& to, std::string_view type, std::string_view run, journal_lines::time at)
      : to_(to), from_(to.size()), members_(to) {
    members_.add("type", type);
    if (type == "run") members_.add("v", journal_version);
    members_.add("run", run).add_time("at", at);
  }
  json_object* operator->() { return &members_; }
  json_object& members() { return members_; }
  void close() { close_line(to_, from_); }

 private:
  std::string& to_;
  std::size_t from_;
  json_object members_;
};

std::string_view why_again(earlier_run earlier) {
  switch (earlier) {
    case earlier_run::failed_again:
      return "failed";
    case earlier_run::succeeded_again:
      return "succeeded";
    case earlier_run::skipped_again:
      return "skipped";
    default:
      return "unfinished";
  }
}

void add_result(line& to, const attempt_result& result) {
  add_outcome(to.members(), "outcome", result.how);
  to->add_seconds("seconds", result.ended - result.started)
      .add_seconds("user", result.usage.user)
      .add_seconds("system", result.usage.system)
      .add("max_rss", result.usage.max_rss)
      .add("bytes", result.bytes);
  add_group_usage(to.members(), result.group.get());
  if (result.leaked) to->add("leaked", true);
  if (!result.node.empty()) to->add("node", result.node);
}

const boost::json::value* find(const boost::json::object& all, std::string_view key) {
  return all.if_contains(boost::json::string_view(key.data(), key.size()));
}

std::string_view text_of(const boost::json::object& all, std::string_view key) {
  const auto* value = find(all, key);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

std::int64_t number_of(const boost::json::object& all, std::string_view key) {
  const auto* value = find(all, key);
  const auto* number = value == nullptr ? nullptr : value->if_int64();
  return number == nullptr ? 0 : *number;
}

bool flag_of(const boost::json::object& all, std::string_view key) {
  const auto* value = find(all, key);
  const auto* flag = value == nullptr ? nullptr : value->if_bool();
  return flag != nullptr && *flag;
}

std::chrono::nanoseconds seconds_of(const boost::json::object& all, std::string_view key) {
  const auto* value = find(all, key);
  if (value == nullptr || !value->is_number()) return {};
  // Rounded: the double next to 0.063620 may be less than it, and would be a microsecond less when
  // it is told again. In bounds, because what does not fit must not be cast.
  return std::chrono::round<std::chrono::nanoseconds>(
      std::chrono::duration<double>(std::clamp(value->to_number<double>(), 0.0, longest_seconds)));
}

outcome outcome_of(const boost::json::object& all) {
  const std::string_view type = text_of(all, "outcome");
  const auto number = [&](std::string_view key) { return static_cast<int>(number_of(all, key)); };
  if (type == "signaled")
    return signaled{number("signal"), flag_of(all, "core_dumped"), flag_of(all, "for_memory")};
  if (type == "timed_out") return timed_out{seconds_of(all, "limit")};
  if (type == "spawn_failed")
    return spawn_failed{number("errno"), std::string(text_of(all, "what")),
                        std::string(text_of(all, "step"))};
  if (type == "cancelled") {
    const bool by_ctl = flag_of(all, "by_ctl");
    return cancelled{!by_ctl || flag_of(all, "started"), by_ctl, number("signal")};
  }
  if (type == "skipped") return skipped{std::string(text_of(all, "reason"))};
  return exited{number("code")};
}

std::shared_ptr<const group_usage> group_of(const boost::json::object& all) {
  const auto* value = find(all, "cgroup");
  if (value == nullptr || !value->is_object()) return nullptr;
  const auto& object = value->get_object();
  const auto number = [&](std::string_view key) -> std::optional<std::uint64_t> {
    if (find(object, key) == nullptr) return std::nullopt;
    return static_cast<std::uint64_t>(number_of(object, key));
  };
  const auto time = [&](std::string_view key) -> std::optional<std::chrono::microseconds> {
    if (find(object, key) == nullptr) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::microseconds>(seconds_of(object, key));
  };
  return std::make_shared<const group_usage>(group_usage{number("memory_peak"), time("user"),
                                                         time("system"), number("read"),
                                                         number("written"), number("oom_kills")});
}

std::optional<verdict> verdict_of(std::string_view text) {
  for (const verdict each : {verdict::succeeded, verdict::failed, verdict::skipped,
                             verdict::cancelled, verdict::not_started})
    if (text == to_string(each)) return each;
  return std::nullopt;
}

std::optional<journal_entry::kind> kind_of(std::string_view type) {
  using kind = journal_entry::kind;
  constexpr std::array<std::pair<std::string_view, kind>, 8> kinds{{{"run", kind::run},
                                                                    {"start", kind::start},
                                                                    {"placed", kind::placed},
                                                                    {"lost", kind::lost},
                                                                    {"end", kind::end},
                                                                    {"control", kind::control},
                                                                    {"left", kind::left},
                                                                    {"finish", kind::finish}}};
  for (const auto& [name, what] : kinds)
    if (type == name) return what;
  return std::nullopt;
}

argument_list arguments_of(const boost::json::object& all) {
  argument_list arguments;
  const auto* argv = find(all, "argv");
  if (argv == nullptr || !argv->is_array()) return arguments;
  for (const auto& each : argv->get_array())
    if (const auto* text = each.if_string())
      arguments.push_back(std::string_view(text->data(), text->size()));
  return arguments;
}

std::chrono::microseconds microseconds_of(const boost::json::object& all, std::string_view key) {
  return std::chrono::duration_cast<std::chrono::microseconds>(seconds_of(all, key));
}

void take_result(journal_entry& entry, const boost::json::object& all) {
  entry.how = outcome_of(all);
  entry.last = flag_of(all, "final");
  entry.took = seconds_of(all, "seconds");
  entry.usage = {microseconds_of(all, "user"), microseconds_of(all, "system"),
                 static_cast<std::uint64_t>(number_of(all, "max_rss"))};
  entry.bytes = static_cast<std::uint64_t>(number_of(all, "bytes"));
  entry.group = group_of(all);
  entry.leaked = flag_of(all, "leaked");
  entry.node = text_of(all, "node");
}

std::vector<journal_entry::wait> waits_of(const boost::json::object& all) {
  std::vector<journal_entry::wait> waits;
  const auto* held = find(all, "held");
  if (held == nullptr || !held->is_array()) return waits;
  for (const auto& each : held->get_array()) {
    const auto* row = each.if_object();
    if (row == nullptr) continue;
    waits.push_back({std::string(text_of(*row, "such_as")), seconds_of(*row, "seconds"),
                     static_cast<std::size_t>(std::max<std::int64_t>(number_of(*row, "most"), 1))});
  }
  return waits;
}

bool has_good_crc(std::string_view text) {
  if (text.size() <= crc_length || !text.ends_with("\"}")) return false;
  const auto body = text.substr(0, text.size() - crc_length);
  const auto rest = text.substr(body.size());
  return rest.starts_with(crc_key) && rest.substr(crc_key.size(), 8) == crc_of(body);
}

json_object& about_attempt(line& one, const job_spec& job, unsigned attempt) {
  return one->add("key", to_string(job.key)).add("seq", job.seq).add("attempt", attempt);
}

}  // namespace

void journal_lines::add_run(std::string& to, time at, std::int64_t pid, bool resumed,
                            const run_facts& facts) const {
  line one(to, "run", run_, at);
  one->add("pid", pid).add("resumed", resumed).add("weir", version);
  if (!facts.dir.empty()) one->add("dir", facts.dir);
  if (!facts.command.empty()) one->add("command", facts.command);
  if (is_utf8(facts.repeat) && !facts.repeat.empty()) one->add("repeat", facts.repeat);
  one.close();
}

void journal_lines::add_start(std::string& to, time at, const attempt_started& e) const {
  line one(to, "start", run_, at);
  about_attempt(one, e.job, e.attempt).add("slot", e.slot);
  if (!e.job.name.empty()) one->add("name", e.job.name);
  if (!e.job.text.empty()) one->add("command", e.job.text);
  append_json(one->key("argv"), e.job.argv);
  if (e.job.settings && !e.job.settings->dir.empty()) one->add("dir", e.job.settings->dir);
  if (e.attempt == 1 && e.job.earlier != earlier_run::unknown)
    one->add("again", why_again(e.job.earlier));
  one.close();
}

void journal_lines::add_placed(std::string& to, time at, const attempt_placed& e) const {
  line one(to, "placed", run_, at);
  about_attempt(one, e.job, e.attempt).add("node", e.node);
  one.close();
}

void journal_lines::add_lost(std::string& to, time at, const attempt_lost& e) const {
  line one(to, "lost", run_, at);
  about_attempt(one, e.job, e.attempt).add("node", e.node).add("why", e.why);
  one.close();
}

void journal_lines::add_end(std::string& to, time at, const attempt_failed& e) const {
  line one(to, "end", run_, at);
  about_attempt(one, e.job, e.attempt)
      .add("slot", e.slot)
      .add("verdict", to_string(verdict::failed))
      .add("final", false);
  add_result(one, e.result);
  one.close();
}

void journal_lines::add_end(std::string& to, time at, const job_ended& e) const {
  line one(to, "end", run_, at);
  about_attempt(one, e.job, e.attempts)
      .add("slot", e.slot)
      .add("verdict", to_string(e.judged))
      .add("final", true);
  add_result(one, e.result);
  one.close();
}

void journal_lines::add_control(std::string& to, time at, const controlled& e) const {
  line one(to, "control", run_, at);
  one->add("command", e.command);
  // Other bytes would come back as another command.
  if (!e.line.empty() && is_utf8(e.line)) one->add("line", e.line).add("seq", e.seq);
  one.close();
}

void journal_lines::add_left(std::string& to, time at, const process_left& e) const {
  line one(to, "left", run_, at);
  one->add("seq", e.seq).add("pid", e.pid).add("command", e.command);
  one.close();
}

void journal_lines::add_finish(std::string& to, time at, const tally& jobs,
                               std::string_view stopped, std::string_view held,
                               std::uint64_t floor) const {
  line one(to, "finish", run_, at);
  one->add("succeeded", jobs.succeeded)
      .add("failed", jobs.failed)
      .add("skipped", jobs.skipped)
      .add("cancelled", jobs.cancelled)
      .add("not_started", jobs.not_started);
  if (!stopped.empty()) one->add("stopped", stopped);
  if (!held.empty()) one->add_raw("held", held);
  if (floor > 0) one->add("max_rss_floor", floor);
  one.close();
}

std::string journal_entry::title() const {
  if (!name.empty()) return name;
  return command.empty() ? shell_quote(argv) : command;
}

std::optional<std::chrono::system_clock::time_point> journal_entry::time() const {
  return time_in_journal(at);
}

std::optional<std::chrono::system_clock::time_point> time_in_journal(const std::string& at) {
  std::tm parts{};
  int microseconds = 0;
  const int got =
      std::sscanf(at.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%6dZ", &parts.tm_year, &parts.tm_mon,
                  &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &microseconds);
  if (got != 7) return std::nullopt;
  using namespace std::chrono;
  const year_month_day day{year(parts.tm_year), month(static_cast<unsigned>(parts.tm_mon)),
                           std::chrono::day(static_cast<unsigned>(parts.tm_mday))};
  // Nanoseconds of an int64 end in 2262.
  if (!day.ok() || day.year() < year(1970) || day.year() > year(2200)) return std::nullopt;
  return sys_days(day) + hours(parts.tm_hour) + minutes(parts.tm_min) + seconds(parts.tm_sec) +
         std::chrono::microseconds(microseconds);
}

std::optional<journal_entry> parse_journal_line(std::string_view text) {
  if (!has_good_crc(text)) return std::nullopt;
  // Most lines are small: they are read without using the heap.
  std::array<unsigned char, 8192> space;
  boost::json::monotonic_resource memory(space.data(), space.size());
  boost::json::error_code error;
  const auto value =
      boost::json::parse(boost::json::string_view(text.data(), text.size()), error, &memory);
  if (error || !value.is_object()) return std::nullopt;
  const auto& all = value.get_object();
  const auto kind = kind_of(text_of(all, "type"));
  if (!kind) return std::nullopt;
  journal_entry entry;
  entry.what = *kind;
  entry.run = text_of(all, "run");
  entry.at = text_of(all, "at");
  entry.version = number_of(all, "v");
  entry.pid = number_of(all, "pid");
  entry.resumed = flag_of(all, "resumed");
  entry.dir = text_of(all, "dir");
  entry.stopped = text_of(all, "stopped");
  if (*kind == journal_entry::kind::finish) entry.held = waits_of(all);
  entry.line = text_of(all, "line");
  entry.command = text_of(all, "command");
  entry.repeat = text_of(all, "repeat");
  entry.floor = static_cast<std::uint64_t>(number_of(all, "max_rss_floor"));
  entry.seq = static_cast<std::uint64_t>(number_of(all, "seq"));
  if (*kind != journal_entry::kind::start && *kind != journal_entry::kind::end) return entry;
  const auto key = parse_job_key(text_of(all, "key"));
  if (!key) return std::nullopt;
  entry.key = *key;
  entry.slot = static_cast<unsigned>(number_of(all, "slot"));
  entry.attempt = static_cast<unsigned>(number_of(all, "attempt"));
  if (*kind == journal_entry::kind::start) {
    entry.again = text_of(all, "again");
    entry.name = text_of(all, "name");
    entry.argv = arguments_of(all);
    return entry;
  }
  const auto judged = verdict_of(text_of(all, "verdict"));
  if (!judged) return std::nullopt;
  entry.judged = *judged;
  take_result(entry, all);
  return entry;
}

}  // namespace weir
