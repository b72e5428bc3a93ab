#include "batch/sources.hpp"

#include <utility>

namespace weir {

line_source::line_source(std::unique_ptr<system::line_reader> lines,
                         std::unique_ptr<job_factory> factory)
    : lines_(std::move(lines)), factory_(std::move(factory)) {}

awaitable<std::optional<job_spec>> line_source::next() {
  while (!closed_) {
    if (auto job = next_buffered()) co_return job;
    const bool more = co_await lines_->fill();
    if (!more) break;
  }
  if (closed_) co_return std::nullopt;
  co_return factory_->finish();
}

std::optional<job_spec> line_source::next_buffered() {
  while (const auto line = lines_->try_next()) {
    if (lines_->saw_cr() && !warned_) warn_about_cr();
    if (factory_->ignores(*line)) continue;
    if (auto job = factory_->take_line(*line)) return job;
  }
  return std::nullopt;
}

void line_source::close() {
  closed_ = true;
  lines_->close();
}

void line_source::warn_about_cr() {
  warned_ = true;
  if (on_warning)
    on_warning(lines_->name() + ':' + std::to_string(lines_->line_number()) +
               ": the line ends with a carriage return, which is kept (a DOS file?)");
}

tuple_source::tuple_source(std::vector<item_source> sources, std::unique_ptr<job_factory> factory)
    : tuples_(std::move(sources)), factory_(std::move(factory)) {}

awaitable<std::optional<job_spec>> tuple_source::next() {
  while (!closed_ && tuples_.next(tuple_))
    if (auto job = factory_->take(tuple_)) co_return job;
  if (closed_) co_return std::nullopt;
  co_return factory_->finish();
}

awaitable<std::vector<std::string>> read_all_items(system::line_reader& lines) {
  std::vector<std::string> items;
  bool more = true;
  while (more) {
    while (const auto line = lines.try_next())
      if (!line->empty()) items.emplace_back(*line);
    more = co_await lines.fill();
  }
  co_return items;
}

}  // namespace weir
