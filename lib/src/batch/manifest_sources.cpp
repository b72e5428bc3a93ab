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

job_line_source::job_line_source(std::unique_ptr<line_reader> lines,
                                 const job_stream_options& options, job_change change)
    : lines_(std::move(lines)), stream_(lines_->name(), options), change_(std::move(change)) {}

awaitable<> job_line_source::begin() {
  while (!stream_.begun()) {
    if (take_line()) continue;
    const bool more = co_await read_more();
    if (!more) break;
  }
}

awaitable<std::optional<job_spec>> job_line_source::next() {
  while (!closed_) {
    if (auto job = next_buffered()) co_return job;
    const bool more = co_await read_more();
    if (!more) break;
  }
  co_return std::nullopt;
}

std::optional<job_spec> job_line_source::next_buffered() {
  while (next_ == ready_.size())
    if (!take_line()) return std::nullopt;
  job_spec job = std::move(ready_[next_++].spec);
  if (change_) change_(job);
  return job;
}

bool job_line_source::take_line() {
  const auto line = lines_->try_next();
  if (!line) return false;
  ready_ = stream_.feed(*line);
  next_ = 0;
  return true;
}

/// \returns false at the end.
awaitable<bool> job_line_source::read_more() {
  if (ended_) co_return false;
  const bool more = co_await lines_->fill();
  if (more) co_return true;
  ended_ = true;
  if (!closed_) stream_.finish();
  co_return false;
}

void job_line_source::close() {
  closed_ = true;
  lines_->close();
}

}  // namespace weir
