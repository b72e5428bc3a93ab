#include "batch/sources.hpp"

#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <weir/error.hpp>

namespace weir {

namespace {

constexpr boost::asio::use_awaitable_t<loop_executor> on_this_loop{};

/// Tuples that may be taken without yielding a job before others, such as signals, get a turn.
constexpr unsigned tuples_between_turns = 1000;

constexpr std::uint64_t most_shuffled = std::uint64_t{1} << 62;

std::string text_about_cr(const line_reader& lines, bool strips) {
  return lines.name() + ':' + std::to_string(lines.line_number()) +
         ": the line ends with a carriage return, which is " + (strips ? "removed" : "kept") +
         " (a DOS file?)";
}

/// CSV lines normally end in CRLF, which needs no warning.
bool warns_about_cr(const input_format& format) {
  return !format.csv;
}

/// A line that is added: no header, and no mark of the end.
job_spec job_of_line(std::string_view line, input_format format, job_factory& factory) {
  format.end.clear();
  format.has_header = format.skips_first = format.joins = false;
  record_parser parser(format, "the line");
  parser.feed(line, 1);
  bool is_record = parser.next();
  if (!is_record) {
    parser.finish();
    is_record = parser.next();
  }
  if (!is_record) throw usage_error("the line is no job");
  return factory.add({parser.columns(), added_record});
}

job_spec job_of_items(std::string_view line, std::size_t sources, job_factory& factory) {
  std::vector<std::string_view> items;
  for (std::size_t end = 0; end != std::string_view::npos; line.remove_prefix(end + 1)) {
    end = line.find('\t');
    items.push_back(line.substr(0, end));
    if (end == std::string_view::npos) break;
  }
  if (items.size() != sources)
    throw usage_error("the line has " + std::to_string(items.size()) + " of the " +
                      std::to_string(sources) + " items of a job: expected tabs between them");
  return factory.add({items, added_record});
}

}  // namespace

line_source::line_source(loop_executor loop, std::unique_ptr<line_reader> lines,
                         const input_format& format, std::unique_ptr<job_factory> factory)
    : loop_(loop),
      lines_(std::move(lines)),
      format_(format),
      parser_(format, lines_->name()),
      factory_(std::move(factory)),
      warns_(warns_about_cr(format)),
      strips_cr_(format.strips_cr) {
  factory_->place_of = [this](std::uint64_t number) { return place_text(lines_->name(), number); };
}

awaitable<std::optional<job_spec>> line_source::next() {
  for (bool turn = false; !closed_; turn = true) {
    if (auto job = added_.take()) co_return job;
    if (auto job = next_buffered()) co_return job;
    // Lines that are not jobs may come endlessly and without a pause.
    if (turn) co_await boost::asio::post(loop_, on_this_loop);
    if (parser_.has_ended()) break;
    const bool more = co_await lines_->fill();
    if (!more) break;
  }
  if (closed_) co_return std::nullopt;
  parser_.finish();
  if (auto job = next_parsed()) co_return job;
  co_return factory_->finish();
}

std::optional<job_spec> line_source::next_parsed() {
  while (parser_.next())
    if (auto job = factory_->take({parser_.columns(), parser_.number()})) return job;
  return std::nullopt;
}

std::optional<job_spec> line_source::next_buffered() {
  for (;;) {
    if (auto job = next_parsed()) return job;
    if (parser_.has_ended()) return std::nullopt;
    const auto line = lines_->try_next();
    if (!line) return std::nullopt;
    parser_.feed(*line, lines_->line_number());
    if (!warns_ || !lines_->saw_cr()) continue;
    warns_ = false;
    if (inbox_ != nullptr) inbox_->take(warning{text_about_cr(*lines_, strips_cr_)});
  }
}

std::vector<added_job> line_source::add_line(std::string_view line, std::size_t most) {
  added_.require_room(most);
  const added_job added = added_.put(job_of_line(line, format_, *factory_));
  lines_->wake();
  return {added};
}

void line_source::close() {
  closed_ = true;
  lines_->close();
}

tuple_source::tuple_source(loop_executor loop, std::vector<item_source> sources,
                           const input_format& format, std::unique_ptr<job_factory> factory,
                           std::optional<std::uint64_t> shuffle)
    : loop_(loop),
      sources_(sources.size()),
      tuples_(std::move(sources)),
      format_(format),
      factory_(std::move(factory)) {
  factory_->place_of = [this](std::uint64_t number) { return tuples_.place(number); };
  if (!shuffle) return;
  if (count() > most_shuffled)
    throw usage_error("--shuf: the input sources have too many combinations: expected up to 2^62");
  order_.emplace(count(), *shuffle);
}

bool tuple_source::next_tuple() {
  if (!order_) {
    ++number_;
    return tuples_.next(tuple_);
  }
  if (taken_ == count()) return false;
  const std::uint64_t chosen = (*order_)(taken_++);
  tuples_.take(chosen, tuple_);
  number_ = chosen + 1;
  return true;
}

awaitable<std::optional<job_spec>> tuple_source::next() {
  bool more = true;
  for (unsigned taken = 1; !closed_ && more; ++taken) {
    if (auto job = added_.take()) co_return job;
    if (auto job = take_next(more)) co_return job;
    if (taken % tuples_between_turns == 0) co_await boost::asio::post(loop_, on_this_loop);
  }
  if (closed_) co_return std::nullopt;
  co_return factory_->finish();
}

std::vector<added_job> tuple_source::add_line(std::string_view line, std::size_t most) {
  added_.require_room(most);
  const bool is_record = sources_ == 1 || format_.has_columns();
  return {added_.put(is_record ? job_of_line(line, format_, *factory_)
                               : job_of_items(line, sources_, *factory_))};
}

std::optional<job_spec> tuple_source::take_next(bool& more) {
  more = next_tuple();
  if (!more) return std::nullopt;
  const std::string fault = format_.has_columns() ? tuples_.shifted() : std::string();
  return factory_->take({tuple_, number_, fault});
}

awaitable<item_source> read_all_items(line_reader& lines, const input_format& format,
                                      const warning_handler& warn) {
  record_parser parser(format, lines.name());
  item_source source{lines.name(), {}, 0, false};
  bool warns = warns_about_cr(format);
  bool more = true;
  while (more) {
    while (const auto line = lines.try_next()) {
      parser.feed(*line, lines.line_number());
      while (parser.next()) source.records.add(parser.columns(), parser.number());
      if (!warns || !lines.saw_cr()) continue;
      warns = false;
      warn(text_about_cr(lines, format.strips_cr));
    }
    if (parser.has_ended()) break;
    more = co_await lines.fill();
  }
  parser.finish();
  while (parser.next()) source.records.add(parser.columns(), parser.number());
  const std::string_view blank;
  for (std::uint64_t left = parser.pending_blanks(); left > 0; --left, ++source.blanks_at_end)
    source.records.add({&blank, 1}, lines.line_number() - left + 1);
  co_return source;
}

item_source items_of_words(std::span<const std::string> words, const input_format& format) {
  input_format every = format;
  every.blank = blank_lines::counted;
  every.strips_cr = false;
  every.has_header = false;
  record_parser parser(every, {});
  item_source source;
  for (std::size_t i = 0; i < words.size(); ++i) {
    parser.feed(words[i], i + 1);
    if (!format.joins || i + 1 == words.size()) parser.finish();
    while (parser.next()) source.records.add(parser.columns(), parser.number());
  }
  return source;
}

}  // namespace weir
