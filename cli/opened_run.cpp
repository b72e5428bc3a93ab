#include "opened_run.hpp"

#include <map>
#include <utility>

#include "batch/learning_source.hpp"
#include "batch/resumed_source.hpp"
#include "batch/sharded_source.hpp"
#include "manifest_input.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

std::uint64_t mean_of(const std::map<job_key, std::uint64_t>& by_key, const peak_table& by_title) {
  std::uint64_t sum = 0;
  for (const auto& [key, bytes] : by_key) sum += bytes;
  for (const auto& [title, bytes] : by_title) sum += bytes;
  const std::uint64_t jobs = by_key.size() + by_title.size();
  return jobs == 0 ? 0 : sum / jobs;
}

/// The journal knows jobs better than by their titles.
void learn_claims(opened_run& opened, const options& o) {
  if (!o.gates.learns || (!opened.journal.file && o.durations.empty())) return;
  const std::uint64_t others = mean_of(opened.journal.peaks, opened.peaks);
  auto known = [by_key = std::move(opened.journal.peaks),
                by_title = opened.peaks](const job_spec& job) -> std::optional<std::uint64_t> {
    if (const auto found = by_key.find(job.key); found != by_key.end()) return found->second;
    const auto found = by_title.find(title(job));
    return found == by_title.end() ? std::nullopt : std::optional(found->second);
  };
  opened.source.jobs =
      std::make_unique<learning_source>(std::move(opened.source.jobs), std::move(known), others);
}

}  // namespace

opened_run open_run(boost::asio::io_context& loop, options& o) {
  opened_run opened;
  opened.source = open_source(loop, o);
  opened.durations = read_durations(o, &opened.peaks);
  if (o.dialect.has_ended)
    opened.source.jobs =
        std::make_unique<resumed_source>(std::move(opened.source.jobs), o.dialect.has_ended);
  if (o.part && o.manifest.file.empty()) {
    opened.source.jobs = std::make_unique<sharded_source>(std::move(opened.source.jobs), *o.part,
                                                          opened.durations, o.share);
    opened.source.total.reset();  // it counts all parts
  }
  opened.journal = open_journal(o);
  if (opened.journal.file) {
    if (opened.source.total) *opened.source.total += opened.journal.history.added();
    opened.source.jobs = std::make_unique<journaled_source>(
        std::move(opened.source.jobs), std::move(opened.journal.history), o.journal.settings,
        opened.journal.dir, escape(o.journal.path));
  }
  learn_claims(opened, o);
  return opened;
}

}  // namespace weir::cli
