#include "simulation/record_check.hpp"

#include <algorithm>
#include <csignal>
#include <span>
#include <utility>

#include "simulation/record_rows.hpp"

namespace simulation {

using namespace weir;

namespace {

/// Of a program that is missing, as a shell has it.
constexpr int no_such_program = 127;

std::string exit_value(const outcome& how) {
  if (const auto* exit = std::get_if<exited>(&how)) return std::to_string(exit->code);
  return std::to_string(std::holds_alternative<spawn_failed>(how) ? no_such_program : -1);
}

std::string signal(const outcome& how) {
  if (const auto* killed = std::get_if<signaled>(&how)) return std::to_string(killed->signal);
  if (const auto* cut = std::get_if<cancelled>(&how)) return std::to_string(cut->signal);
  return std::to_string(std::holds_alternative<timed_out>(how) ? SIGTERM : 0);
}

bool has_output(file_kind kind, const record_row& row, const end_on_record& end) {
  if (kind == file_kind::joblog) return true;
  const std::size_t attempts = kind == file_kind::lines ? end.attempts : 1;
  if (row.wrote.size() != attempts) return false;
  if (attempts == 0) return true;
  return row.wrote[0] == end.wrote.back() &&
         std::equal(row.wrote.begin() + 1, row.wrote.end(), end.wrote.begin());
}

/// \returns in what they differ; empty: they do not.
std::string_view difference(file_kind kind, const record_row& row, const end_on_record& end) {
  if (row.seq != end.seq || !row.command.ends_with(end.name)) return "is another job";
  if (kind == file_kind::lines) {
    if (row.verdict != to_string(end.judged)) return "has another verdict";
    if (row.attempts != std::to_string(end.attempts)) return "has another number of attempts";
  } else if (row.exit_value != exit_value(end.how) || row.signal != signal(end.how)) {
    return "has another exit value or signal";
  }
  return has_output(kind, row, end) ? "" : "has other output";
}

std::vector<const end_on_record*> with_rows(file_kind kind, std::span<const end_on_record> ends) {
  std::vector<const end_on_record*> some;
  for (const end_on_record& each : ends)
    if (has_row(kind, each)) some.push_back(&each);
  return some;
}

std::string name_of(file_kind kind) {
  return kind == file_kind::joblog ? "joblog" : kind == file_kind::lines ? "results" : "table";
}

}  // namespace

bool has_row(file_kind kind, const end_on_record& end) {
  if (kind == file_kind::lines) return true;
  const auto* cut = std::get_if<cancelled>(&end.how);
  return end.attempts > 0 && (cut == nullptr || cut->by_ctl);
}

run_on_record::run_on_record(const scenario& plan)
    : is_kept_(plan.joblog.kept || plan.lines.kept || plan.table.kept),
      wrote_(is_kept_ ? plan.jobs.size() + 1 : 0) {}

void run_on_record::begins(std::uint64_t seq) {
  if (is_kept_) wrote_[seq].emplace_back();
}

void run_on_record::wrote(std::uint64_t seq, output_stream which, std::string_view bytes) {
  if (is_kept_) wrote_[seq].back()[which == output_stream::out ? 0 : 1] += bytes;
}

void run_on_record::ended(const job_ended& e) {
  if (!is_kept_ || e.is_earlier()) return;
  ends_.push_back(
      {e.job.seq, e.job.name, e.result.how, e.judged, e.attempts, std::move(wrote_[e.job.seq])});
}

std::string check_record(file_kind kind, std::string_view contents, const record_expected& wanted) {
  const auto now = with_rows(kind, wanted.now);
  const auto before = with_rows(kind, wanted.before);
  const auto least_before =
      with_rows(kind, std::span(wanted.before).first(wanted.least_before)).size();
  const bool may_be_empty = now.empty() || wanted.may_lack;
  if (contents == left_by_others && before.empty() && may_be_empty) return {};
  const auto rows = read_record(kind, contents);
  if (!rows) return "the " + name_of(kind) + " is torn";
  const std::size_t first = rows->size() - std::min(rows->size(), now.size());
  const std::size_t least = least_before + (wanted.may_lack ? 0 : now.size());
  if (rows->size() < least || first > before.size())
    return "the " + name_of(kind) + " has " + std::to_string(rows->size()) + " jobs of " +
           std::to_string(before.size()) + " before and " + std::to_string(now.size()) + " now";
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const end_on_record& end = i < first ? *before[i] : *now[i - first];
    const std::string_view how = difference(kind, (*rows)[i], end);
    if (!how.empty())
      return "job " + std::to_string(end.seq) + " in the " + name_of(kind) + ' ' + std::string(how);
  }
  return {};
}

}  // namespace simulation
