/// Values as bytes and back: one description of a message serves both directions.
///
/// Numbers take as few bytes as they need (LEB128), signed ones folded (zigzag), so that small ones
/// stay small. Of a struct all members are sent, in order (Boost.PFR), unless its wire_form says
/// otherwise. A reader trusts nothing: counts are checked against the bytes that are left, and one
/// fault makes all the rest empty.
#pragma once

#include <bit>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <boost/pfr/core.hpp>

namespace weir {

/// What is sent of a struct, by writer and reader alike. Specialized where that is not all of it.
template <typename Value>
struct wire_form {
  static void pass(auto& wire, auto& value) {
    boost::pfr::for_each_field(value, [&wire](auto& member) { wire(member); });
  }
};

/// For an enum: `last`, its highest value.
template <typename Enum>
struct wire_enum;

class wire_writer {
 public:
  explicit wire_writer(std::string& to) : to_(to) {}

  template <typename... Values>
  void operator()(const Values&... values) {
    (put(values), ...);
  }

 private:
  void put_number(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) to_ += static_cast<char>(number | 0x80);
    to_ += static_cast<char>(number);
  }
  void put_text(std::string_view text) {
    put_number(text.size());
    to_ += text;
  }

  template <typename Value>
  void put(const Value& value) {
    if constexpr (std::is_same_v<Value, char>) {
      put_number(static_cast<unsigned char>(value));
    } else if constexpr (std::is_enum_v<Value>) {
      put_number(static_cast<std::uint64_t>(value));
    } else if constexpr (std::unsigned_integral<Value>) {
      put_number(value);
    } else if constexpr (std::signed_integral<Value>) {
      const auto wide = static_cast<std::int64_t>(value);
      put_number((static_cast<std::uint64_t>(wide) << 1) ^ static_cast<std::uint64_t>(wide >> 63));
    } else if constexpr (std::is_same_v<Value, double>) {
      put_number(std::bit_cast<std::uint64_t>(value));
    } else {
      wire_form<Value>::pass(*this, value);
    }
  }
  void put(const std::string& text) { put_text(text); }
  void put(std::string_view text) { put_text(text); }
  template <typename Rep, typename Period>
  void put(const std::chrono::duration<Rep, Period>& time) {
    put(time.count());
  }
  template <typename Value>
  void put(const std::optional<Value>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <typename First, typename Second>
  void put(const std::pair<First, Second>& both) {
    put(both.first);
    put(both.second);
  }
  template <typename Value>
  void put(const std::vector<Value>& all) {
    put_number(all.size());
    for (const Value& each : all) put(each);
  }
  template <typename... Cases>
  void put(const std::variant<Cases...>& which) {
    put_number(which.index());
    std::visit([this](const auto& one) { this->put(one); }, which);
  }

  std::string& to_;
};

class wire_reader {
 public:
  explicit wire_reader(std::string_view bytes) : rest_(bytes) {}

  template <typename... Values>
  void operator()(Values&... values) {
    (get(values), ...);
  }

  /// Everything was there, and nothing more.
  bool is_whole() const noexcept { return good_ && rest_.empty(); }

 private:
  void fail() {
    good_ = false;
    rest_ = {};
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    fail();
    return 0;
  }
  /// A number of items, each of which takes at least a byte.
  std::size_t count() {
    const std::uint64_t value = number();
    if (value <= rest_.size()) return static_cast<std::size_t>(value);
    fail();
    return 0;
  }
  std::string_view text() {
    const std::size_t size = count();
    const std::string_view found = rest_.substr(0, size);
    rest_.remove_prefix(found.size());
    return found;
  }
  template <typename Number>
  Number within(auto value) {
    if (std::in_range<Number>(value)) return static_cast<Number>(value);
    fail();
    return 0;
  }

  template <typename Value>
  void get(Value& value) {
    if constexpr (std::is_same_v<Value, bool>) {
      const std::uint64_t wide = number();
      if (wide > 1) fail();
      value = wide == 1;
    } else if constexpr (std::is_same_v<Value, char>) {
      value = static_cast<char>(within<unsigned char>(number()));
    } else if constexpr (std::is_enum_v<Value>) {
      const std::uint64_t wide = number();
      if (wide > static_cast<std::uint64_t>(wire_enum<Value>::last)) return fail();
      value = static_cast<Value>(wide);
    } else if constexpr (std::unsigned_integral<Value>) {
      value = within<Value>(number());
    } else if constexpr (std::signed_integral<Value>) {
      const std::uint64_t folded = number();
      value = within<Value>(static_cast<std::int64_t>(folded >> 1) ^
                            -static_cast<std::int64_t>(folded & 1));
    } else if constexpr (std::is_same_v<Value, double>) {
      value = std::bit_cast<double>(number());
    } else {
      wire_form<Value>::pass(*this, value);
    }
  }
  void get(std::string& value) { value = text(); }
  /// Valid as long as the bytes are.
  void get(std::string_view& value) { value = text(); }
  template <typename Rep, typename Period>
  void get(std::chrono::duration<Rep, Period>& time) {
    Rep ticks{};
    get(ticks);
    time = std::chrono::duration<Rep, Period>(ticks);
  }
  template <typename Value>
  void get(std::optional<Value>& value) {
    bool there = false;
    get(there);
    value.reset();
    if (there) get(value.emplace());
  }
  template <typename First, typename Second>
  void get(std::pair<First, Second>& both) {
    get(both.first);
    get(both.second);
  }
  template <typename Value>
  void get(std::vector<Value>& all) {
    all.clear();
    for (std::size_t left = count(); left > 0 && good_; --left) get(all.emplace_back());
  }
  template <typename... Cases>
  void get(std::variant<Cases...>& which) {
    std::uint64_t index = number();
    const bool found =
        ((index-- == 0 ? (get(which.template emplace<Cases>()), true) : false) || ...);
    if (!found) fail();
  }

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace weir
