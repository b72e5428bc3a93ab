#include "batch/durations.hpp"

#include <charconv>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "text/escape.hpp"

namespace weir {

namespace {

constexpr std::size_t most_titles = 100'000;

constexpr double longest_duration = 1e9;  // seconds; some thirty years

struct known_job {
  std::string title;
  duration took;
  std::uint64_t peak = 0;
};

known_job parse_line(std::string_view line, std::string_view file, std::size_t number) {
  const auto tab = line.find('\t');
  double seconds = -1;
  std::uint64_t peak = 0;
  if (tab != std::string_view::npos) {
    const char* const stop = line.data() + tab;
    const auto [end, error] = std::from_chars(line.data(), stop, seconds);
    bool is_good = error == std::errc();
    if (is_good && end != stop) {
      const auto [rest, wrong] = std::from_chars(end + 1, stop, peak);
      is_good = *end == ' ' && wrong == std::errc() && rest == stop;
    }
    if (!is_good) seconds = -1;
  }
  // This form also refuses NaN: every comparison with it is false.
  if (!(seconds >= 0 && seconds <= longest_duration))
    throw usage_error(fmt::format("{}:{}:1: \"{}\" is not a duration: expected SECONDS<TAB>NAME",
                                  escape(file), number, escape_and_clip(line, 60)));
  return {std::string(line.substr(tab + 1)),
          std::chrono::duration_cast<duration>(std::chrono::duration<double>(seconds)), peak};
}

}  // namespace

duration_table parse_durations(std::string_view text, std::string_view file, peak_table* peaks) {
  duration_table table;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty()) continue;
    known_job one = parse_line(line, file, number);
    if (peaks != nullptr && one.peak > 0) peaks->insert_or_assign(one.title, one.peak);
    table.insert_or_assign(std::move(one.title), one.took);
  }
  return table;
}

std::string format_durations(const duration_table& table, const peak_table& peaks) {
  const std::map<std::string, duration> sorted(table.begin(), table.end());
  std::string text;
  for (const auto& [name, took] : sorted) {
    text += fmt::format("{:.3f}", std::chrono::duration<double>(took).count());
    if (const auto peak = peaks.find(name); peak != peaks.end())
      (text += ' ') += std::to_string(peak->second);
    ((text += '\t') += name) += '\n';
  }
  return text;
}

/// The title, on one line: what looks the same in two jobs is rare, and costs only an estimate.
std::string duration_recorder::name_of(const job_spec& job) {
  std::string name = title(job);
  for (std::size_t at = 0; (at = name.find('\n', at)) != std::string::npos; at += 2)
    name.replace(at, 1, "\\n");
  return name;
}

void duration_recorder::on(const event& e) {
  const auto* ended = std::get_if<job_ended>(&e);
  if (ended == nullptr || ended->attempts == 0 || ended->judged != verdict::succeeded) return;
  std::string name = name_of(ended->job);
  const duration took = ended->result.ended - ended->result.started;
  const bool is_known = table_.contains(name);
  if (!is_known && table_.size() >= most_titles) return;
  if (learns_ && ended->result.usage.max_rss > 0) peaks_[name] = ended->result.usage.max_rss;
  table_.insert_or_assign(std::move(name), took);
}

std::optional<duration> duration_recorder::known(const job_spec& job) const {
  const auto place = before_.find(name_of(job));
  return place == before_.end() ? std::nullopt : std::optional(place->second);
}

}  // namespace weir
