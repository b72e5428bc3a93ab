/// --trace: the run as Chrome trace events, for Perfetto, chrome://tracing and speedscope.
///
/// One row (tid) for each slot, one bar for each attempt. With --on, each machine has rows of its
/// own: it is a process (pid) of the trace. The format is the "JSON array" of the
/// Trace Event Format document: it is written as the run goes, and viewers read it even when its
/// end is missing because weir was killed. Jobs that never ran have no bar.
/// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "files/buffered_file.hpp"
#include "report/records/held_spans.hpp"
#include "report/records/record.hpp"
#include "report/shown.hpp"
#include "text/json_text.hpp"
#include "text/outcome_json.hpp"

namespace weir {

namespace {

constexpr std::size_t widest_traced = 120;
constexpr std::size_t widest_command = 1000;
/// This machine as a process of the trace: a run has no number of its own.
constexpr unsigned here = 1;

/// The unit of trace events, to the nanosecond: neighbours in a slot must not overlap.
std::string microseconds(std::chrono::nanoseconds d) {
  const auto count = std::max<std::int64_t>(d.count(), 0);
  return fmt::format("{}.{:03}", count / 1000, count % 1000);
}

/// How an attempt ended, as numbers where there are any.
void add_outcome(json_object& args, const outcome& how) {
  args.add("outcome", describe(how));
  if (const auto* exit = std::get_if<exited>(&how)) args.add("exit", exit->code);
  if (const auto* killed = std::get_if<signaled>(&how)) args.add("signal", killed->signal);
}

class trace final : public record {
 public:
  explicit trace(const record_settings& settings)
      : settings_(settings), file_(open_growing(settings.path)) {
    file_.append("[");
    name("process_name", here, 0, shown_clipped(settings.run.command(), widest_traced, true));
  }

  static constexpr std::string_view option = "--trace";

 private:
  void take(const event& e) override {
    if (const auto* started = std::get_if<attempt_started>(&e)) {
      running_.insert(started->job.seq);
    } else if (const auto* tried = std::get_if<attempt_failed>(&e)) {
      draw(tried->job, tried->attempt, tried->slot, tried->result, "retried");
    } else if (const auto* ended = std::get_if<job_ended>(&e)) {
      draw(ended->job, ended->attempts, ended->slot, ended->result, to_string(ended->judged));
    } else if (const auto* stop = std::get_if<stop_changed>(&e)) {
      if (stop->phase == stop_phase::soft || stop->phase == stop_phase::hard)
        mark("stop: " + stop->reason);
    } else if (const auto* held = std::get_if<starts_held>(&e)) {
      draw(held_.take(*held, std::chrono::steady_clock::now()));
    } else if (std::holds_alternative<suspended>(e)) {
      mark("suspended");
    } else if (std::holds_alternative<resumed>(e)) {
      mark("resumed");
    }
  }
  void put_out() override { file_.put_out(); }
  void complete() override {
    draw(held_.end(std::chrono::steady_clock::now()));
    file_.append("\n]\n");
    file_.flush_record();
  }

  /// Where to append the next event.
  std::string& next() { return file_.buffer().append(std::exchange(first_, false) ? "\n" : ",\n"); }

  void name(std::string_view what, unsigned process, unsigned tid, std::string_view text) {
    json_object event(next());
    event.add("ph", "M").add("pid", process).add("tid", tid).add("name", what);
    json_object args(event.key("args"));
    args.add("name", text);
    args.close();
    event.close();
  }

  /// A machine gets its name when it is first seen.
  unsigned process_of(const std::string& node) {
    if (node.empty()) return here;
    const auto next_number = static_cast<unsigned>(nodes_.size()) + here + 1;
    const auto [known, is_new] = nodes_.try_emplace(node, next_number);
    if (is_new) name("process_name", next_number, 0, shown_clipped(node, widest_traced, true));
    return known->second;
  }

  void name_slot(unsigned process, unsigned slot) {
    if (named_.emplace(process, slot).second)
      name("thread_name", process, slot, fmt::format("slot {}", slot));
  }

  /// A job that ends while it waits for its next attempt has no attempt to draw.
  void draw(const job_spec& job, unsigned attempt, unsigned slot, const attempt_result& result,
            std::string_view kind) {
    if (running_.erase(job.seq) == 0 || attempt == 0) return;
    const unsigned process = process_of(result.node);
    name_slot(process, slot);
    json_object event(next());
    event.add("ph", "X").add("pid", process).add("tid", slot);
    event.add("name", shown_clipped(title(job), widest_traced, true)).add("cat", kind);
    event.add_raw("ts", microseconds(result.started - settings_.run.started()));
    event.add_raw("dur", microseconds(result.ended - result.started));
    if (kind == to_string(verdict::failed)) event.add("cname", "terrible");
    if (kind == "retried") event.add("cname", "bad");
    add_arguments(event.key("args"), job, attempt, result);
    event.close();
    file_.append({});
  }

  /// Above the slots: what kept jobs from starting.
  void draw(const std::optional<held_span>& held) {
    if (!held) return;
    json_object event(next());
    event.add("ph", "X").add("pid", here).add("tid", 0);
    event.add("name", "held up by " + held->by).add("cat", "held");
    event.add_raw("ts", microseconds(held->from - settings_.run.started()));
    event.add_raw("dur", microseconds(held->to - held->from));
    json_object args(event.key("args"));
    args.add("such_as", held->first).add("jobs", held->most);
    args.close();
    event.close();
    file_.append({});
  }

  static void add_arguments(std::string& to, const job_spec& job, unsigned attempt,
                            const attempt_result& result) {
    json_object args(to);
    args.add("seq", job.seq).add("attempt", attempt);
    add_outcome(args, result.how);
    args.add_seconds("cpu_user", result.usage.user).add_seconds("cpu_system", result.usage.system);
    args.add("max_rss", result.usage.max_rss).add("output_bytes", result.bytes);
    if (!job.settings->on.empty()) args.add("on", job.settings->on);
    add_group_usage(args, result.group.get());
    if (!job.name.empty())
      args.add("command", shown_clipped(command_text(job), widest_command, true));
    args.close();
  }

  /// An instant that concerns all slots.
  void mark(const std::string& what) {
    json_object event(next());
    event.add("ph", "i").add("s", "g").add("pid", here).add("tid", 0).add("name", what);
    event.add_raw("ts", microseconds(std::chrono::steady_clock::now() - settings_.run.started()));
    event.close();
    file_.append({});
  }

  record_settings settings_;
  buffered_file file_;
  held_spans held_;
  bool first_ = true;
  std::map<std::string, unsigned> nodes_;          ///< processes of the trace
  std::set<std::pair<unsigned, unsigned>> named_;  ///< slots of them that have a name
  std::unordered_set<std::uint64_t> running_;      ///< those of their slots that have a name
};

}  // namespace

extern const record_format trace_format;
const record_format trace_format{
    trace::option, "FILE", "Write attempts by slot as Chrome trace events, for Perfetto", false,
    [](const record_settings& settings) -> std::unique_ptr<record> {
      return std::make_unique<trace>(settings);
    }};

}  // namespace weir
