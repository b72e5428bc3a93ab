#include "batch/dealing_source.hpp"

#include <algorithm>
#include <utility>

namespace weir {

namespace {

block_rules without_headers(block_rules rules) {
  rules.repeats_header = false;
  return rules;
}

}  // namespace

dealing_source::dealing_source(const loop_executor& loop, int fd, std::string name,
                               block_rules blocks, dealing_rules rules,
                               std::unique_ptr<source> jobs)
    : blocks_(loop, fd, std::move(name), without_headers(std::move(blocks))),
      rules_(std::move(rules)),
      jobs_(std::move(jobs)) {
  if (rules_.how == dealing::by_hash || rules_.how == dealing::by_number) key_.emplace(rules_.key);
}

dealing_source::~dealing_source() {
  for (const auto& each : streams_)
    if (const stream_pointer stream = each.lock()) stream->on_room = nullptr;
}

awaitable<std::optional<job_spec>> dealing_source::next() {
  try {
    std::optional<job_spec> job = co_await next_job();
    if (!job) finish();
    co_return job;
  } catch (...) {
    finish();  // otherwise the jobs would wait for ever
    throw;
  }
}

awaitable<std::optional<job_spec>> dealing_source::next_job() {
  while (!closed_) {
    if (!all_begun_ && (!one_for_each_block() || first_)) {
      std::optional<job_spec> job = co_await begin_job();
      if (job) co_return job;
    }
    piece block = co_await read_block();
    if (!block) break;
    if (one_for_each_block() && !all_begun_)
      first_ = std::move(block);
    else
      co_await deal(std::move(block));
  }
  co_return std::nullopt;
}

/// With the block that has arrived, if any. nullopt: there are as many jobs as allowed.
awaitable<std::optional<job_spec>> dealing_source::begin_job() {
  std::optional<job_spec> job;
  if (rules_.how == dealing::to_all || streams_.size() < rules_.jobs) job = co_await jobs_->next();
  if (!job) {
    all_begun_ = true;
    co_return std::nullopt;
  }
  const auto stream = std::make_shared<block_stream>();
  stream->on_room = [this] { room_.complete(); };
  if (first_) {
    stream->put(std::make_shared<const std::string>(blocks_.header()));
    stream->put(std::exchange(first_, nullptr));
  }
  streams_.push_back(stream);
  all_begun_ = one_for_each_block() && streams_.size() == rules_.jobs;
  auto settings = std::make_shared<job_settings>(*job->settings);
  settings->input = stream_input{stream};
  job->settings = std::move(settings);
  co_return job;
}

/// Null at the end of the input, or when no job reads any more.
awaitable<block_stream::piece> dealing_source::read_block() {
  for (bool more = true; !closed_ && (!all_begun_ || any_reads());) {
    if (std::optional<std::string> block = blocks_.next())
      co_return std::make_shared<const std::string>(std::move(*block));
    if (!more) break;
    more = co_await blocks_.read_more();
  }
  co_return nullptr;
}

awaitable<> dealing_source::deal(piece block) {
  if (one_for_each_block()) {
    co_await deal_in_turn(std::move(block));
    co_return;
  }
  if (!std::exchange(has_header_, true)) {
    const auto header = std::make_shared<const std::string>(blocks_.header());
    if (key_) key_->find_column(*header, rules_.how == dealing::by_hash ? "--shard" : "--bin");
    for (std::size_t job = 0; job < streams_.size(); ++job) co_await put(job, header);
  }
  if (key_) {
    co_await deal_lines(*block);
    co_return;
  }
  for (std::size_t job = 0; job < streams_.size(); ++job) co_await put(job, block);
}

awaitable<> dealing_source::deal_in_turn(piece block) {
  while (!closed_ && any_reads()) {
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      const std::size_t job = (turn_ + i) % streams_.size();
      const stream_pointer stream = open_stream_of(job);
      if (!stream) continue;
      if (stream->has_room()) {
        turn_ = job + 1;
        stream->put(std::move(block));
        co_return;
      }
      if (rules_.how == dealing::in_order) break;
    }
    co_await wait_for_room();
  }
}

awaitable<> dealing_source::deal_lines(std::string_view lines) {
  std::vector<std::string> parts(streams_.size());
  while (!lines.empty()) {
    const std::string_view line = first_line(lines);
    const std::string_view value = key_->of(line);
    const std::size_t job = rules_.how == dealing::by_hash ? job_by_hash(value, parts.size())
                                                           : job_by_number(value, parts.size());
    parts[job] += line;
    lines.remove_prefix(line.size());
  }
  for (std::size_t job = 0; job < parts.size(); ++job)
    co_await put(job, std::make_shared<const std::string>(std::move(parts[job])));
}

/// Waits until there is room. A job that no longer reads is left out.
awaitable<> dealing_source::put(std::size_t job, piece block) {
  while (!closed_) {
    const stream_pointer stream = open_stream_of(job);
    if (!stream) co_return;
    if (stream->has_room()) {
      stream->put(std::move(block));
      co_return;
    }
    co_await wait_for_room();
  }
}

/// When a job goes away meanwhile, it drops its stream, and only the stream reports that.
awaitable<> dealing_source::wait_for_room() {
  room_.reset();
  co_await room_.wait();
}

/// Null if the job no longer reads it.
dealing_source::stream_pointer dealing_source::open_stream_of(std::size_t job) const {
  stream_pointer stream = streams_[job].lock();
  return stream && stream->is_open() ? stream : nullptr;
}

bool dealing_source::any_reads() const {
  for (std::size_t job = 0; job < streams_.size(); ++job)
    if (open_stream_of(job)) return true;
  return false;
}

void dealing_source::finish() {
  for (const auto& each : streams_)
    if (const stream_pointer stream = each.lock()) stream->finish();
}

void dealing_source::close() {
  closed_ = true;
  finish();
  jobs_->close();
  blocks_.close();
  room_.complete();
}

}  // namespace weir
