#include "batch/manifest_sources.hpp"

#include <utility>

namespace weir {

manifest_source::manifest_source(manifest all, job_change change)
    : all_(std::move(all)), change_(std::move(change)) {}

awaitable<std::optional<job_spec>> manifest_source::next() {
  if (closed_ || next_ == all_.jobs.size()) co_return std::nullopt;
  job_spec job = std::move(all_.jobs[next_++].spec);
  if (change_) change_(job);
  co_return job;
}

job_line_source::job_line_source(std::unique_ptr<system::line_reader> lines,
                                 const job_stream_options& options, job_change change)
    : lines_(std::move(lines)), stream_(lines_->name(), options), change_(std::move(change)) {}

awaitable<> job_line_source::begin() {
  bool more = true;
  while (more && !stream_.begun()) more = co_await read_more();
}

awaitable<std::optional<job_spec>> job_line_source::next() {
  bool more = true;
  while (more && ready_.empty() && !closed_) more = co_await read_more();
  if (closed_ || ready_.empty()) co_return std::nullopt;
  job_spec job = std::move(ready_.front());
  ready_.pop_front();
  if (change_) change_(job);
  co_return job;
}

/// Takes in the next line. \returns false at the end.
awaitable<bool> job_line_source::read_more() {
  if (ended_) co_return false;
  for (;;) {
    if (const auto line = lines_->try_next()) {
      for (manifest_job& job : stream_.feed(*line)) ready_.push_back(std::move(job.spec));
      co_return true;
    }
    const bool filled = co_await lines_->fill();
    if (filled) continue;
    ended_ = true;
    if (!closed_) stream_.finish();
    co_return false;
  }
}

void job_line_source::close() {
  closed_ = true;
  lines_->close();
}

}  // namespace weir
