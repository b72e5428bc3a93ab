/// Writes JSON text (RFC 8259), for records that programs read.
///
/// Whatever bytes come in, the result is valid UTF-8 and valid JSON on one line: bytes that are not
/// UTF-8 become U+FFFD. Boost.JSON reads JSON; writing through its values would cost an allocation
/// for each.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

namespace weir {

/// Appends `text` as a string, with its quotes.
void append_json(std::string& to, std::string_view text);

/// The same without quotes, for text that arrives in pieces. A sequence that is cut off at the end
/// of `text` is left out. \returns bytes taken; all of them if `last`.
std::size_t append_json_part(std::string& to, std::string_view text, bool last);

/// Whether all of it is well-formed UTF-8 (Unicode 15, table 3-7).
bool is_utf8(std::string_view text) noexcept;

/// One object, member by member, into a string that others may append to before and after.
class json_object {
 public:
  explicit json_object(std::string& to) : to_(to) { to_ += '{'; }
  json_object(const json_object&) = delete;
  json_object& operator=(const json_object&) = delete;

  json_object& add(std::string_view key, std::string_view text);
  json_object& add(std::string_view key, const char* text) {
    return add(key, std::string_view(text));
  }
  json_object& add(std::string_view key, bool value);
  template <typename Number>
  requires std::is_integral_v<Number> json_object& add(std::string_view key, Number value) {
    return add_raw(key, std::to_string(value));
  }
  /// In seconds, with microseconds.
  json_object& add_seconds(std::string_view key, std::chrono::nanoseconds value);
  /// A point in time as RFC 3339 in UTC, with microseconds.
  json_object& add_time(std::string_view key, std::chrono::system_clock::time_point at);
  /// `json` is already JSON text.
  json_object& add_raw(std::string_view key, std::string_view json);
  /// Appends the key and the colon; the caller appends the value. \pre nothing in `key` has to be
  /// escaped: the names of members are ours
  std::string& key(std::string_view key);
  void close() { to_ += '}'; }

 private:
  std::string& to_;
  bool first_ = true;
};

/// "2026-11-23T07:05:46.123456Z": RFC 3339 in UTC.
void append_time(std::string& to, std::chrono::system_clock::time_point at);
std::string format_time(std::chrono::system_clock::time_point at);

}  // namespace weir
