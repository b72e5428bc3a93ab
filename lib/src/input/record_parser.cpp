#include "input/record_parser.hpp"

#include <utility>

#include <weir/error.hpp>

namespace weir {

std::string place_text(std::string_view name, std::uint64_t number) {
  return name.empty() ? "item " + std::to_string(number) + " of \":::\""
                      : std::string(name) + ':' + std::to_string(number);
}

bool is_white_space(std::string_view text) {
  return text.find_first_not_of(" \t\n\v\f\r") == std::string_view::npos;
}

record_parser::record_parser(const input_format& format, std::string name)
    : format_(format), name_(std::move(name)) {
  if (format.csv)
    csv_.emplace(format.separator.value_or(","));
  else if (format.separator)
    splitter_.emplace(*format.separator);
}

void record_parser::feed(std::string_view line, std::uint64_t number) {
  if (format_.strips_cr && line.ends_with('\r')) line.remove_suffix(1);
  if (!open_ && !joining_) {
    if (format_.skips_first && !std::exchange(skipped_, true)) return;
    ended_ = ended_ || (!format_.end.empty() && line == format_.end);
    if (ended_) return;
    if (is_skipped(line, number)) return;
    begin_ = number;
  }
  any_ = true;
  if (csv_) return take_csv(line, number);
  line_ = line;
  if (format_.joins && goes_on(line)) return;
  ready_ = true;
}

/// xargs(1p), -L: "A trailing <blank> shall be considered to have been continued"; an empty line
/// after it changes nothing, as in GNU parallel.
bool record_parser::goes_on(std::string_view line) {
  const auto ends_blank = [](std::string_view text) {
    return text.ends_with(' ') || text.ends_with('\t');
  };
  if (!joining_ && !ends_blank(line)) return false;
  if (!joining_) joined_.clear();
  if (joined_.size() + line.size() > format_.most_bytes)
    refuse(begin_, "a line continued by trailing blanks is longer than --max-line allows");
  joined_ += line;
  line_ = joined_;
  joining_ = ends_blank(joined_);
  return joining_;
}

bool record_parser::is_skipped(std::string_view line, std::uint64_t number) {
  if (format_.skips_space && !open_ && is_white_space(line)) return true;
  const bool blank = line.empty() || (csv_ && line == "\r");
  if (!blank || format_.blank == blank_lines::counted) {
    ready_blanks_ = std::exchange(pending_blanks_, 0);
    return false;
  }
  const bool counts = format_.blank == blank_lines::counted_between;
  if (!counts || (format_.has_header && !any_)) return true;
  if (pending_blanks_++ == 0) first_blank_ = number;
  return true;
}

void record_parser::take_csv(std::string_view line, std::uint64_t number) {
  const auto state = csv_->take(line);
  if (state == csv_reader::state::quote_in_field)
    refuse(number,
           "a quote inside an unquoted field: expected \"...\" around the "
           "field, and \"\" for a quote in it");
  if (state == csv_reader::state::text_after_quote)
    refuse(number,
           "text after a field's closing quote: expected a separator, or \"\" for a "
           "quote in the field");
  if (csv_->size() > format_.most_bytes)
    refuse(begin_, "a record longer than --max-line allows (is a quote missing?)");
  open_ = state == csv_reader::state::open;
  ready_ = !open_;
}

bool record_parser::next() {
  columns_.clear();
  if (ready_blanks_ > 0) {
    --ready_blanks_;
    number_ = first_blank_++;
    columns_.emplace_back();
    return true;
  }
  if (!std::exchange(ready_, false)) return false;
  number_ = begin_;
  split();
  return true;
}

void record_parser::split() {
  if (csv_)
    csv_->columns(columns_);
  else if (splitter_)
    splitter_->split(line_, columns_);
  else
    columns_.push_back(line_);
}

void record_parser::finish() {
  if (std::exchange(joining_, false)) ready_ = true;
  if (open_) refuse(begin_, "the quoted field that begins here has no closing quote");
}

void record_parser::refuse(std::uint64_t number, const std::string& why) const {
  throw usage_error(place_text(name_, number) + ": " + why);
}

}  // namespace weir
