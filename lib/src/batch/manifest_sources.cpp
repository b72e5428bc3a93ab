#include "batch/manifest_sources.hpp"

#include <utility>

namespace weir {

namespace {

/// \returns those of the line itself: others may have waited for them.
std::vector<added_job> put_all(std::vector<manifest_job> jobs, const job_change& change,
                               added_queue& to) {
  std::vector<added_job> added;
  for (manifest_job& job : jobs) {
    if (change) change(job.spec);
    const bool is_own = job.spec.added;
    added_job one = to.put(std::move(job.spec));
    if (is_own) added.push_back(std::move(one));
  }
  return added;
}

}  // namespace

manifest_source::manifest_source(manifest all, job_change change, std::optional<job_stream> later)
    : all_(std::move(all)), change_(std::move(change)), later_(std::move(later)) {}

awaitable<std::optional<job_spec>> manifest_source::next() {
  if (closed_) co_return std::nullopt;
  if (next_ == all_.jobs.size()) co_return added_.take();
  job_spec job = std::move(all_.jobs[next_++].spec);
  if (change_) change_(job);
  co_return job;
}

std::vector<added_job> manifest_source::add_line(std::string_view line, std::size_t most) {
  if (!later_) return source::add_line(line, most);
  added_.require_room(most);
  return put_all(later_->add(line), change_, added_);
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
  while (next_ == ready_.size()) {
    if (auto job = added_.take()) return job;
    if (!take_line()) return std::nullopt;
  }
  job_spec job = std::move(ready_[next_++].spec);
  if (change_) change_(job);
  return job;
}

std::vector<added_job> job_line_source::add_line(std::string_view line, std::size_t most) {
  added_.require_room(most);
  std::vector<added_job> added = put_all(stream_.add(line), change_, added_);
  lines_->wake();
  return added;
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
