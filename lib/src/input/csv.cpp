#include "input/csv.hpp"

namespace weir {

csv_reader::state csv_reader::take(std::string_view line) {
  if (at_ == place::quoted) {
    text_ += '\n';
  } else {
    text_.clear();
    ends_.clear();
  }
  for (std::string_view rest = line; !rest.empty();) {
    if (at_ == place::start) {
      at_ = rest.front() == '"' ? place::quoted : place::plain;
      if (at_ == place::quoted) rest.remove_prefix(1);
    } else if (at_ == place::quoted) {
      take_quoted(rest);
    } else if (at_ == place::plain) {
      if (!take_plain(rest)) return state::quote_in_field;
    } else if (!take_after_quote(rest)) {
      return state::text_after_quote;
    }
  }
  if (at_ == place::quoted) return state::open;
  end_field();
  return state::complete;
}

/// Takes text up to the closing quote, if that is in this line.
void csv_reader::take_quoted(std::string_view& rest) {
  const auto quote = rest.find('"');
  text_ += rest.substr(0, quote);
  if (quote == std::string_view::npos) {
    rest = {};
    return;
  }
  rest.remove_prefix(quote + 1);
  if (rest.starts_with('"')) {
    text_ += '"';
    rest.remove_prefix(1);
  } else {
    at_ = place::after_quote;
  }
}

bool csv_reader::take_plain(std::string_view& rest) {
  const auto end = rest.find(separator_);
  std::string_view field = rest.substr(0, end);
  if (field.find('"') != std::string_view::npos) return false;
  if (end == std::string_view::npos && field.ends_with('\r')) field.remove_suffix(1);
  text_ += field;
  if (end == std::string_view::npos) {
    rest = {};
  } else {
    rest.remove_prefix(end + separator_.size());
    end_field();
  }
  return true;
}

bool csv_reader::take_after_quote(std::string_view& rest) {
  if (rest == "\r") {
    rest = {};
    return true;
  }
  if (!rest.starts_with(separator_)) return false;
  rest.remove_prefix(separator_.size());
  end_field();
  return true;
}

void csv_reader::end_field() {
  ends_.push_back(text_.size());
  at_ = place::start;
}

void csv_reader::columns(std::vector<std::string_view>& columns) const {
  std::size_t begin = 0;
  for (const std::size_t end : ends_) {
    columns.push_back(std::string_view(text_).substr(begin, end - begin));
    begin = end;
  }
}

}  // namespace weir
