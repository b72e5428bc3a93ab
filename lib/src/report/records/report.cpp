/// --report: the run as one page for a browser, which loads nothing from anywhere.
///
/// Rows go to an unnamed file as jobs end, so that only jobs which have not ended take memory; the
/// page is put together at the end, from page/page.html and one JSON object. The page says what it
/// leaves out: in a long run, only so many jobs have a row.
#include <array>
#include <filesystem>
#include <optional>
#include <unordered_map>
#include <utility>

#include <weir/tally.hpp>
#include <weir/version.hpp>

#include "files/replace_file.hpp"
#include "files/temporary_file.hpp"
#include "report/records/held_spans.hpp"
#include "report/records/own_memory.hpp"
#include "report/records/page_row.hpp"
#include "report/records/page_text.hpp"
#include "report/records/record.hpp"
#include "report/shown.hpp"
#include "text/json_text.hpp"
#include "values/stop_reason.hpp"

namespace weir {

namespace {

constexpr std::uint64_t most_rows_on_page = 100'000;
/// For jobs that failed after the first most_rows_on_page had ended.
constexpr std::uint64_t most_late_failures = 10'000;
constexpr std::uint64_t most_row_bytes = std::uint64_t{64} << 20;
/// Failures that are shown with their last lines of output.
constexpr std::uint64_t most_tails_shown = 1000;
/// Processes left running that are shown.
constexpr std::uint64_t most_left_shown = 100;
constexpr std::size_t page_piece = 65536;

class report final : public record {
 public:
  explicit report(const record_settings& settings)
      : settings_(settings), place_(settings.path), rows_(temporary_directory()) {}

  static constexpr std::string_view option = "--report";

 private:
  void take(const event& e) override {
    if (const auto* accepted = std::get_if<job_accepted>(&e)) {
      open_.try_emplace(accepted->job.seq, settings_.now());
    } else if (const auto* ready = std::get_if<job_ready>(&e)) {
      history(ready->job).ready(ready->at, last_of(ready->job));
    } else if (const auto* started = std::get_if<attempt_started>(&e)) {
      history(started->job).started();
    } else if (const auto* tried = std::get_if<attempt_failed>(&e)) {
      history(tried->job).attempt_ended(tried->slot, tried->result);
    } else if (const auto* ended = std::get_if<job_ended>(&e)) {
      end(*ended);
    } else if (const auto* stop = std::get_if<stop_changed>(&e)) {
      if (stop_.empty() && !stop->reason.empty()) stop_ = stopped_because(stop->reason);
    } else if (const auto* held = std::get_if<starts_held>(&e)) {
      held_.take(*held, settings_.now());
    } else if (const auto* left = std::get_if<process_left>(&e)) {
      keep(*left);
    }
  }
  void put_out() override {}
  void complete() override;

  job_history& history(const job_spec& job) {
    return open_.try_emplace(job.seq, settings_.now()).first->second;
  }

  /// A job becomes ready when another one ends: the last one that it needed.
  std::uint64_t last_of(const job_spec& job) const {
    for (const need& each : job.needs)
      if (each.seq == last_ended_) return last_ended_;
    return 0;
  }

  void end(const job_ended& e);
  void count(const job_ended& e, const job_history& history);
  bool has_place(const job_ended& e);
  void keep(const job_ended& e, const job_history& history, const std::string& place);
  void keep(const process_left& e);
  void write_rows() {
    rows_.append(buffer_);
    buffer_.clear();
  }
  std::string take_place(std::uint64_t seq);
  std::string results_from_page() const;
  std::string run_json();
  void copy_rows(file_replacement& to) const;

  record_settings settings_;
  reserved_record place_;
  temporary_file rows_;
  std::string buffer_;  ///< rows not in the file yet
  std::uint64_t row_bytes_ = 0;
  std::uint64_t kept_ = 0;
  std::uint64_t late_failures_ = 0;
  std::uint64_t tails_ = 0;
  std::unordered_map<std::uint64_t, job_history> open_;  ///< jobs that have not ended
  std::uint64_t last_ended_ = 0;
  tally ended_;
  std::uint64_t retried_ = 0;  ///< succeeded, but not at the first attempt
  std::uint64_t earlier_ = 0;  ///< ended in an earlier run
  resource_usage used_;
  std::uint64_t bytes_ = 0;
  bool elsewhere_ = false;  ///< some jobs ran on other machines, out of other processes than ours
  held_times held_;
  std::string stop_;
  std::string left_;  ///< a JSON object for each process left running
  std::uint64_t left_count_ = 0;
};

void report::end(const job_ended& e) {
  job_history& all = history(e.job);
  if (e.attempts > 0) all.attempt_ended(e.slot, e.result);
  count(e, all);
  const std::string place = take_place(e.job.seq);
  if (has_place(e)) keep(e, all, place);
  last_ended_ = e.job.seq;
  open_.erase(e.job.seq);
}

void report::count(const job_ended& e, const job_history& history) {
  ended_.count(e.judged, e.job.settings && e.job.settings->allow_failure);
  earlier_ += e.is_earlier() ? 1 : 0;
  retried_ += e.judged == verdict::succeeded && e.attempts > 1 ? 1 : 0;
  used_.user += history.used().user;
  used_.system += history.used().system;
  used_.max_rss = std::max(used_.max_rss, history.used().max_rss);
  bytes_ += history.bytes();
  elsewhere_ = elsewhere_ || !e.result.node.empty();
}

bool report::has_place(const job_ended& e) {
  if (row_bytes_ >= most_row_bytes) return false;
  if (kept_ < most_rows_on_page) return true;
  return e.judged == verdict::failed && ++late_failures_ <= most_late_failures;
}

void report::keep(const job_ended& e, const job_history& history, const std::string& place) {
  const std::size_t before = buffer_.size();
  if (kept_ > 0) buffer_ += ',';
  const bool with_tail = e.judged == verdict::failed && ++tails_ <= most_tails_shown;
  history.append_row(buffer_, e, settings_.run.started(), {with_tail, place});
  row_bytes_ += buffer_.size() - before;
  ++kept_;
  if (buffer_.size() >= page_piece) write_rows();
}

void report::keep(const process_left& e) {
  if (++left_count_ > most_left_shown) return;
  if (!left_.empty()) left_ += ',';
  json_object process(left_);
  process.add("job", e.seq).add("pid", e.pid).add("command", shown(e.command, true));
  process.close();
}

/// The place of a job's results, if there are any.
std::string report::take_place(std::uint64_t seq) {
  if (!settings_.places) return {};
  const auto known = settings_.places->of.extract(seq);
  return known ? known.mapped() : std::string();
}

/// The directory of results, as a link from the page: the two may be moved together.
std::string report::results_from_page() const {
  if (!settings_.places) return {};
  std::error_code none;
  const auto absolute = [&](const std::string& path) {
    return std::filesystem::absolute(path, none).lexically_normal();
  };
  return absolute(settings_.places->directory)
      .lexically_relative(absolute(settings_.path).parent_path())
      .string();
}

std::string report::run_json() {
  std::string json;
  json_object run(json);
  run.add("command", shown(settings_.run.command(), true)).add("version", version);
  run.add_time("started", settings_.run.started_at());
  run.add_seconds("elapsed", settings_.now() - settings_.run.started());
  run.add_raw("limit", settings_.limit ? std::to_string(*settings_.limit) : "null");
  run.add("succeeded", ended_.succeeded).add("failed", ended_.failed);
  run.add("may_fail", ended_.allowed).add("skipped", ended_.skipped);
  run.add("cancelled", ended_.cancelled).add("not_started", ended_.not_started);
  run.add("retried", retried_).add("earlier", earlier_).add("total", ended_.total());
  run.add("left_out", ended_.total() - kept_);
  run.add_seconds("user", used_.user).add_seconds("system", used_.system);
  run.add("rss", used_.max_rss).add("bytes", bytes_).add("stop", stop_);
  const std::uint64_t floor = settings_.replayed ? settings_.floor : memory_floor();
  if (floor > 0 && !elsewhere_) run.add("floor", floor);
  const std::string results = results_from_page();
  if (!results.empty() && is_utf8(results)) run.add("results", results);
  if (const std::string held = held_.json(settings_.now()); !held.empty())
    run.add_raw("held", held);
  run.add_raw("left", '[' + left_ + ']').add("left_count", left_count_);
  run.close();
  escape_for_script(json);
  return json;
}

void report::copy_rows(file_replacement& to) const {
  std::array<char, page_piece> bytes;
  for (std::uint64_t at = 0; at < row_bytes_;) {
    const std::size_t got = rows_.read(at, bytes);
    if (got == 0) break;
    to.append({bytes.data(), got});
    at += got;
  }
}

void report::complete() {
  write_rows();
  file_replacement page(settings_.path, new_file::by_umask);
  page.append(page_before_data());
  page.append("{\"run\":" + run_json() + ",\"jobs\":[\n");
  copy_rows(page);
  page.append("]}");
  page.append(page_after_data());
  page.commit();
}

}  // namespace

extern const record_format report_format;
const record_format report_format{
    report::option,
    "FILE",
    "Write one HTML page about the run: timeline, failures, waits (later: weir report)",
    false,
    [](const record_settings& settings) -> std::unique_ptr<record> {
      return std::make_unique<report>(settings);
    },
    true};

}  // namespace weir
