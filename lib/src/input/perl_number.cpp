#include "input/perl_number.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "input/shell_syntax.hpp"

namespace weir {

namespace {

using whole = perl_number::whole;

constexpr std::string_view perl_blanks = " \t\n\v\f\r";
/// Up to here, each whole number is a double, and each double knows whether it is whole.
constexpr std::uint64_t exact_limit = std::uint64_t{1} << 53;
constexpr double beyond_unsigned = 18446744073709551616.0;
constexpr double beyond_signed = 9223372036854775808.0;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool begins_with_word(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i)
    if ((text[i] | 0x20) != word[i]) return false;
  return true;
}

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

/// How a number is written, behind its sign.
struct written_number {
  std::size_t length = 0;  ///< 0: it is none
  bool whole = true;       ///< digits alone
  bool has_exponent = false;
};

written_number written_at(std::string_view text) {
  written_number found;
  found.length = digits_at(text, 0);
  std::size_t digits = found.length;
  if (found.length < text.size() && text[found.length] == '.') {
    const std::size_t behind = digits_at(text, found.length + 1);
    digits += behind;
    if (digits == 0) return {};
    found.length += 1 + behind;
    found.whole = false;
  }
  if (digits == 0) return {};
  std::size_t at = found.length;
  if (at == text.size() || (text[at] | 0x20) != 'e') return found;
  ++at;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  const std::size_t exponent = digits_at(text, at);
  if (exponent == 0) return found;
  return {at + exponent, false, true};
}

std::optional<std::uint64_t> magnitude_of(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits)
    if (__builtin_mul_overflow(value, 10U, &value) ||
        __builtin_add_overflow(value, static_cast<unsigned>(c - '0'), &value))
      return std::nullopt;
  return value;
}

/// A double that is whole, if 64 bits hold it.
std::optional<whole> whole_of(double value) {
  if (value != std::trunc(value) || value >= beyond_unsigned || value < -beyond_signed)
    return std::nullopt;
  return whole{value < 0, static_cast<std::uint64_t>(std::fabs(value))};
}

whole opposite_of(whole a) {
  return {!a.negative, a.magnitude};
}

/// nullopt: not even the magnitude fits.
std::optional<whole> sum_of(whole a, whole b) {
  if (a.negative != b.negative)
    return a.magnitude >= b.magnitude ? whole{a.negative, a.magnitude - b.magnitude}
                                      : whole{b.negative, b.magnitude - a.magnitude};
  whole sum{a.negative, 0};
  if (__builtin_add_overflow(a.magnitude, b.magnitude, &sum.magnitude)) return std::nullopt;
  return sum;
}

/// An operand of %: a magnitude that is whole, or, if that does not fit, a double.
struct modulus_part {
  bool negative = false, fits = true;
  std::uint64_t exact = 0;
  double real = 0;
};

modulus_part part_of_modulus(const std::optional<whole>& exact, double real) {
  if (exact)
    return {exact->negative, true, exact->magnitude, static_cast<double>(exact->magnitude)};
  modulus_part part{real < 0, false, 0, std::fabs(real)};
  part.fits = part.real < beyond_unsigned;
  if (part.fits) part.exact = static_cast<std::uint64_t>(part.real);
  return part;
}

[[noreturn]] void refuse_zero() {
  throw no_value("division by zero");
}

}  // namespace

perl_number::perl_number(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(perl_blanks), text.size()));
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const double sign = negative ? -1 : 1;
  if (begins_with_word(text, "inf")) real_ = sign * std::numeric_limits<double>::infinity();
  if (begins_with_word(text, "nan")) real_ = std::numeric_limits<double>::quiet_NaN();
  const written_number found = written_at(text);
  is_guess_ = found.length == 0;
  if (is_guess_) return;
  const std::string_view number = text.substr(0, found.length);
  const bool clean = text.find_first_not_of(perl_blanks, found.length) == std::string_view::npos;
  is_guess_ = !clean;
  if (clean && found.whole)
    if (const auto magnitude = magnitude_of(number))
      if (const whole exact{negative && *magnitude > 0, *magnitude}; exact.fits()) whole_ = exact;
  real_ = sign * std::strtod(std::string(number).c_str(), nullptr);
  if (clean && found.has_exponent) whole_ = whole_of(real_);
}

perl_number::perl_number(whole exact) noexcept : whole_(exact) {
  if (exact.magnitude == 0) whole_->negative = false;
  const auto magnitude = static_cast<double>(exact.magnitude);
  real_ = exact.negative ? -magnitude : magnitude;
}

std::string perl_number::text() const {
  if (whole_) return (whole_->negative ? "-" : "") + std::to_string(whole_->magnitude);
  if (std::isnan(real_)) return "NaN";
  if (std::isinf(real_)) return real_ < 0 ? "-Inf" : "Inf";
  if (real_ == 0) return "0";
  char text[32];
  const int size = std::snprintf(text, sizeof text, "%.15g", real_);
  return {text, static_cast<std::size_t>(size)};
}

double perl_number::as_double() const noexcept {
  return real_;
}

std::int64_t perl_number::as_signed() const noexcept {
  if (whole_)
    return static_cast<std::int64_t>(whole_->negative ? 0 - whole_->magnitude : whole_->magnitude);
  if (std::isnan(real_)) return 0;
  if (real_ <= -beyond_signed) return std::numeric_limits<std::int64_t>::min();
  if (real_ >= beyond_unsigned) return -1;
  return real_ < 0 ? static_cast<std::int64_t>(real_)
                   : static_cast<std::int64_t>(static_cast<std::uint64_t>(real_));
}

std::int64_t perl_number::as_position() const noexcept {
  constexpr std::int64_t last = std::numeric_limits<std::int64_t>::max();
  const bool is_beyond = whole_ && !whole_->negative && whole_->magnitude > std::uint64_t{last};
  return is_beyond ? last : as_signed();
}

bool perl_number::is_finite() const noexcept {
  return std::isfinite(real_);
}

std::optional<whole> perl_number::exact() const noexcept {
  if (whole_) return whole_;
  if (is_guess_) return std::nullopt;
  const auto found = whole_of(real_);
  return found && found->magnitude < exact_limit ? found : std::nullopt;
}

perl_number perl_number::negative() const noexcept {
  const auto mine = exact();
  if (mine && opposite_of(*mine).fits()) return perl_number(opposite_of(*mine));
  return perl_number(-real_);
}

perl_number perl_number::absolute() const noexcept {
  if (const auto mine = exact()) return perl_number(whole{false, mine->magnitude});
  return perl_number(std::fabs(real_));
}

perl_number perl_number::cut_off() const noexcept {
  if (whole_) return *this;
  const double cut = std::trunc(real_);
  if (const auto found = whole_of(cut)) return perl_number(*found);
  return perl_number(cut);
}

perl_number perl_number::incremented() const noexcept {
  return whole_ ? *this + perl_number(whole{false, 1}) : perl_number(real_ + 1);
}

perl_number perl_number::decremented() const noexcept {
  return whole_ ? *this - perl_number(whole{false, 1}) : perl_number(real_ - 1);
}

perl_number operator+(const perl_number& a, const perl_number& b) noexcept {
  const auto left = a.exact(), right = b.exact();
  if (left && right)
    if (const auto sum = sum_of(*left, *right); sum && sum->fits()) return perl_number(*sum);
  return perl_number(a.real_ + b.real_);
}

perl_number operator-(const perl_number& a, const perl_number& b) noexcept {
  const auto left = a.exact(), right = b.exact();
  if (left && right)
    if (const auto rest = sum_of(*left, opposite_of(*right)); rest && rest->fits())
      return perl_number(*rest);
  return perl_number(a.real_ - b.real_);
}

perl_number operator*(const perl_number& a, const perl_number& b) noexcept {
  const auto left = a.exact(), right = b.exact();
  if (left && right) {
    whole product{left->negative != right->negative, 0};
    if (!__builtin_mul_overflow(left->magnitude, right->magnitude, &product.magnitude) &&
        product.fits())
      return perl_number(product);
  }
  return perl_number(a.real_ * b.real_);
}

perl_number operator/(const perl_number& a, const perl_number& b) {
  if (b.real_ == 0) refuse_zero();
  const auto left = a.exact(), right = b.exact();
  // What a double would not hold is divided as a whole number if nothing is left over.
  if (left && right && left->magnitude >= right->magnitude && left->magnitude > exact_limit &&
      left->magnitude % right->magnitude == 0) {
    const whole share{left->negative != right->negative, left->magnitude / right->magnitude};
    if (share.fits()) return perl_number(share);
  }
  return perl_number(a.real_ / b.real_);
}

perl_number operator%(const perl_number& a, const perl_number& b) {
  const modulus_part left = part_of_modulus(a.exact(), a.real_);
  const modulus_part right = part_of_modulus(b.exact(), b.real_);
  const bool crosses = left.negative != right.negative;
  if (left.fits && right.fits) {
    if (right.exact == 0) refuse_zero();
    std::uint64_t rest = left.exact % right.exact;
    if (crosses && rest != 0) rest = right.exact - rest;
    const whole result{right.negative, rest};
    return result.fits() ? perl_number(result) : perl_number(-static_cast<double>(rest));
  }
  const double divisor = std::floor(right.real + 0.5);
  if (divisor == 0) refuse_zero();
  double rest = std::fmod(left.real, divisor);
  if (crosses && rest != 0) rest = divisor - rest;
  return perl_number(right.negative ? -rest : rest);
}

std::partial_ordering operator<=>(const perl_number& a, const perl_number& b) noexcept {
  const auto left = a.exact(), right = b.exact();
  if (!left || !right) return a.real_ <=> b.real_;
  if (left->negative != right->negative)
    return left->negative ? std::partial_ordering::less : std::partial_ordering::greater;
  return left->negative ? right->magnitude <=> left->magnitude
                        : left->magnitude <=> right->magnitude;
}

perl_value perl_value::truth(bool holds) {
  perl_value value(perl_number(whole{false, holds ? 1U : 0U}));
  if (!holds) value.text_.clear();
  return value;
}

perl_number perl_value::number() const {
  (original_ == nullptr ? this : original_)->was_number_ = true;
  return number_ ? *number_ : perl_number(std::string_view(text_));
}

perl_value perl_value::reference() const {
  perl_value same = *this;
  same.original_ = this;
  return same;
}

perl_value perl_value::incremented() const {
  if (number_ || was_number_ || text_.empty()) return number().incremented();
  std::size_t letters = 0;
  while (letters < text_.size() && is_letter(text_[letters])) ++letters;
  if (letters + digits_at(text_, letters) < text_.size()) return number().incremented();
  std::string next = text_;
  for (std::size_t at = next.size(); at-- > 0;) {
    char& c = next[at];
    const bool carries = c == '9' || c == 'z' || c == 'Z';
    if (!carries) return ++c, next;
    c = c == '9' ? '0' : c == 'z' ? 'a' : 'A';
  }
  const char first = next.front();
  return (first == '0' ? '1' : first) + next;
}

perl_value perl_value::decremented() const {
  return number().decremented();
}

perl_value perl_value::negative() const {
  const char first = text_.empty() ? '\0' : text_.front();
  if (number_) return number_->negative();
  if (is_letter(first) || first == '_') return '-' + text_;
  if (first == '+' || first == '-') {
    // Perl takes the sign of what is not a number, too.
    const std::string_view rest = std::string_view(text_).substr(1);
    const written_number found = written_at(rest);
    const bool is_number = found.length > 0 && rest.find_first_not_of(perl_blanks, found.length) ==
                                                   std::string_view::npos;
    if (first == '+' || !is_number) return (first == '+' ? '-' : '+') + text_.substr(1);
  }
  return number().negative();
}

}  // namespace weir
