#include "input/expression_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "input/letter_case.hpp"
#include "input/shell_syntax.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

/// A piece of an interpolated text.
struct text_piece {
  enum class kind { literal, item, group, upper, lower, upper_one, lower_one, end };
  kind what;
  std::string text{};
  std::size_t group = 0;
};

std::string_view value_of(const text_piece& one, const expression_scope& scope) {
  if (one.what == text_piece::kind::item) return scope.item;
  if (one.what == text_piece::kind::group)
    return one.group < scope.groups.size() ? scope.groups[one.group] : std::string_view();
  return one.text;
}

std::string joined(const std::vector<text_piece>& pieces, const expression_scope& scope) {
  using kind = text_piece::kind;
  std::string text;
  kind all = kind::end, one = kind::end;
  for (const text_piece& each : pieces) {
    if (each.what == kind::upper || each.what == kind::lower || each.what == kind::end) {
      all = each.what;
    } else if (each.what == kind::upper_one || each.what == kind::lower_one) {
      one = each.what;
    } else {
      std::string value(value_of(each, scope));
      if (all != kind::end)
        value =
            all == kind::upper ? in_upper_case(std::move(value)) : in_lower_case(std::move(value));
      if (one != kind::end && !value.empty())
        value = std::exchange(one, kind::end) == kind::upper_one
                    ? in_upper_case(std::move(value), 1)
                    : in_lower_case(std::move(value), 1);
      text += value;
    }
  }
  return text;
}

class interpolation_reader {
 public:
  explicit interpolation_reader(std::string_view text) : text_(text) {}

  std::vector<text_piece> read() {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '\\' && at_ < text_.size())
        escape(text_[at_++]);
      else if (c == '$' && at_ < text_.size())
        variable();
      else if (c == '@' && at_ < text_.size() && (is_name_byte(text_[at_]) || text_[at_] == '{'))
        refuse_from(at_ - 1, "a list (the sign alone is \\@)");
      else
        literal(c);
    }
    return std::move(pieces_);
  }

 private:
  using kind = text_piece::kind;

  void literal(char c) {
    if (pieces_.empty() || pieces_.back().what != kind::literal) pieces_.push_back({kind::literal});
    pieces_.back().text += c;
  }

  void escape(char c) {
    switch (c) {
      case 'U':
        return pieces_.push_back({kind::upper});
      case 'L':
        return pieces_.push_back({kind::lower});
      case 'E':
        return pieces_.push_back({kind::end});
      case 'u':
        return pieces_.push_back({kind::upper_one});
      case 'l':
        return pieces_.push_back({kind::lower_one});
      case 'n':
        return literal('\n');
      case 't':
        return literal('\t');
      case 'r':
        return literal('\r');
      case 'a':
        return literal('\a');
      case 'e':
        return literal('\x1b');
      default:
        if (c >= '1' && c <= '9' && !(at_ < text_.size() && is_digit(text_[at_])))
          return pieces_.push_back({kind::group, {}, static_cast<std::size_t>(c - '0')});
        if (is_name_byte(c)) refuse_from(at_ - 2, "an escape");
        literal(c);
    }
  }

  [[noreturn]] void refuse_from(std::size_t at, const std::string& what) const {
    expression_reader::refuse('"' + escape_and_clip(text_.substr(at), 20) + "\": " + what +
                              " that is not known here");
  }

  void variable() {
    const bool braces = text_[at_] == '{';
    if (braces) ++at_;
    const char c = at_ < text_.size() ? text_[at_++] : '\0';
    if (c == '_')
      pieces_.push_back({kind::item});
    else if (c == '&')
      pieces_.push_back({kind::group, {}, 0});
    else if (c >= '1' && c <= '9')
      pieces_.push_back({kind::group, {}, static_cast<std::size_t>(c - '0')});
    else
      expression_reader::refuse("\"$" + escape_and_clip(text_.substr(at_ - 1), 20) +
                                "\": the variables are $_, $1, ... and $&");
    if (!braces) return;
    if (at_ >= text_.size() || text_[at_++] != '}')
      expression_reader::refuse("expected a closing }");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<text_piece> pieces_;
};

}  // namespace

expression_value interpolated(std::string_view text) {
  return [pieces = interpolation_reader(text).read()](const expression_scope& scope) {
    return joined(pieces, scope);
  };
}

std::optional<piece_range> range_in(std::size_t size, const perl_value& from,
                                    const std::optional<perl_value>& count) {
  // No text comes near: sums of two do not overflow.
  constexpr std::int64_t far = std::int64_t{1} << 60;
  const auto position = [=](const perl_value& value) {
    return std::clamp(value.number().as_position(), -far, far);
  };
  const auto all = static_cast<std::int64_t>(size);
  std::int64_t begin = position(from);
  std::int64_t end = all;
  if (begin < 0) begin += all;
  if (begin > all) return std::nullopt;
  if (count) {
    const std::int64_t wanted = position(*count);
    end = (wanted < 0 ? all : begin) + wanted;
  }
  if (begin < 0 && end < 0) return std::nullopt;
  begin = std::max<std::int64_t>(begin, 0);
  end = std::clamp(end, begin, all);
  return piece_range{static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)};
}

}  // namespace weir
