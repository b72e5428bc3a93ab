/// Numbers as Perl has them: whole ones of 64 bits as long as they fit, and doubles.
///
/// What {= EXPR =} calculates has to be what GNU parallel, whose expressions are Perl, makes of the
/// same item.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace weir {

/// An expression has no value for this item: Perl would die.
struct no_value : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class perl_number {
 public:
  /// From INT64_MIN to UINT64_MAX.
  struct whole {
    bool negative = false;
    std::uint64_t magnitude = 0;
    bool fits() const noexcept { return !negative || magnitude <= std::uint64_t{1} << 63; }
  };

  /// The number that a text begins with; 0 if there is none.
  explicit perl_number(std::string_view text);
  explicit perl_number(double real) noexcept : real_(real) {}
  explicit perl_number(whole exact) noexcept;

  /// As it is printed: doubles with 15 digits.
  std::string text() const;
  double as_double() const noexcept;
  /// As sprintf takes it: cut off, and held to 64 bits, of which %u makes a positive number.
  std::int64_t as_signed() const noexcept;
  /// The same, as substr takes it.
  std::int64_t as_position() const noexcept;
  bool is_finite() const noexcept;

  perl_number negative() const noexcept;
  perl_number absolute() const noexcept;
  perl_number cut_off() const noexcept;  ///< int()
  perl_number incremented() const noexcept;
  perl_number decremented() const noexcept;

  friend perl_number operator+(const perl_number& a, const perl_number& b) noexcept;
  friend perl_number operator-(const perl_number& a, const perl_number& b) noexcept;
  friend perl_number operator*(const perl_number& a, const perl_number& b) noexcept;
  /// \throws no_value for a division by zero.
  friend perl_number operator/(const perl_number& a, const perl_number& b);
  /// With the sign of the right operand. \throws no_value for a division by zero.
  friend perl_number operator%(const perl_number& a, const perl_number& b);
  friend std::partial_ordering operator<=>(const perl_number& a, const perl_number& b) noexcept;
  friend bool operator==(const perl_number& a, const perl_number& b) noexcept {
    return (a <=> b) == 0;
  }

 private:
  /// Also of a double that is whole and exact.
  std::optional<whole> exact() const noexcept;

  std::optional<whole> whole_;
  double real_ = 0;
  bool is_guess_ = false;  ///< of a text that is not just a number: Perl calculates with a double
};

/// A value of an expression: a text, and the number that it was calculated as, which may be more
/// exact than the text.
class perl_value {
 public:
  perl_value() = default;
  perl_value(std::string text) : text_(std::move(text)) {}  // NOLINT(google-explicit-constructor)
  perl_value(const perl_number& number)                     // NOLINT(google-explicit-constructor)
      : text_(number.text()), number_(number) {}

  /// 1, or what is an empty text and 0.
  static perl_value truth(bool holds);

  const std::string& text() const noexcept { return text_; }
  perl_number number() const;
  /// The same, for as long as this is there: what takes it for a number takes this for one.
  perl_value reference() const;
  /// Perl's ++: a9 becomes b0, if it was not taken for a number before.
  perl_value incremented() const;
  perl_value decremented() const;
  /// Perl's -: "-a" of "a", "+3" of "-3", else of the number.
  perl_value negative() const;
  /// "" and "0" are false.
  bool is_true() const noexcept { return !text_.empty() && text_ != "0"; }

 private:
  std::string text_;
  std::optional<perl_number> number_;
  mutable bool was_number_ = false;  ///< something took it for one
  const perl_value* original_ = nullptr;
};

}  // namespace weir
