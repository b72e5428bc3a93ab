#include "text/json_text.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include "text/utf8.hpp"

namespace weir {

namespace {

constexpr std::string_view hex = "0123456789abcdef";

void append_json_control(std::string& to, unsigned char c) {
  switch (c) {
    case '\n':
      to += "\\n";
      return;
    case '\t':
      to += "\\t";
      return;
    case '\r':
      to += "\\r";
      return;
    default:
      to += "\\u00";
      to += hex[c >> 4];
      to += hex[c & 15];
  }
}

/// The bytes that need no escape: one look-up for each, as nearly all are.
constexpr std::array<bool, 256> plain = [] {
  std::array<bool, 256> all{};
  for (std::size_t byte = 0x20; byte < 0x7f; ++byte) all[byte] = byte != '"' && byte != '\\';
  return all;
}();

bool is_plain(char c) {
  return plain[static_cast<unsigned char>(c)];
}

/// Digits of fixed width, without the cost of a format string: needed twice per job.
template <std::size_t Width>
void put_digits(char* to, std::uint64_t value) {
  for (std::size_t i = Width; i-- > 0; value /= 10) to[i] = static_cast<char>('0' + value % 10);
}

}  // namespace

std::size_t append_json_part(std::string& to, std::string_view text, bool last) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto rest = text.substr(at);
    const auto length = static_cast<std::size_t>(
        std::find_if_not(rest.begin(), rest.end(), is_plain) - rest.begin());
    to += rest.substr(0, length);
    at += length;
    if (at == text.size()) break;
    const char c = text[at];
    if (c == '"' || c == '\\') {
      to += {'\\', c};
      ++at;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      append_json_control(to, static_cast<unsigned char>(c));
      ++at;
    } else {
      const utf8_sequence next = first_sequence(text.substr(at));
      if (next.cut_off && !last) break;
      to += next.length > 0 ? text.substr(at, next.length) : replacement_character;
      at += std::max<std::size_t>(next.length, 1);
    }
  }
  return at;
}

void append_json(std::string& to, std::string_view text) {
  to += '"';
  append_json_part(to, text, true);
  to += '"';
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const utf8_sequence next = first_sequence(text);
    if (next.length == 0) return false;
    text.remove_prefix(next.length);
  }
  return true;
}

std::string& json_object::key(std::string_view key) {
  to_ += first_ ? "\"" : ",\"";
  first_ = false;
  to_ += key;
  return to_ += "\":";
}

json_object& json_object::add(std::string_view name, std::string_view text) {
  append_json(key(name), text);
  return *this;
}

json_object& json_object::add(std::string_view name, bool value) {
  return add_raw(name, value ? "true" : "false");
}

json_object& json_object::add_raw(std::string_view name, std::string_view json) {
  key(name) += json;
  return *this;
}

json_object& json_object::add_seconds(std::string_view name, std::chrono::nanoseconds value) {
  const auto micros = std::max<std::int64_t>(value.count() / 1000, 0);
  std::array<char, 7> fraction{'.'};
  put_digits<6>(fraction.data() + 1, static_cast<std::uint64_t>(micros % 1'000'000));
  (key(name) += std::to_string(micros / 1'000'000)).append(fraction.data(), fraction.size());
  return *this;
}

json_object& json_object::add_time(std::string_view name,
                                   std::chrono::system_clock::time_point at) {
  key(name) += '"';
  append_time(to_, at);
  to_ += '"';
  return *this;
}

void append_time(std::string& to, std::chrono::system_clock::time_point at) {
  const auto second = std::chrono::floor<std::chrono::seconds>(at);
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(second - day);
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(at - second).count();
  const std::size_t from = to.size();
  to += "0000-00-00T00:00:00.000000Z";
  const auto put = [&]<std::size_t Width>(std::size_t where, auto value) {
    put_digits<Width>(to.data() + from + where, static_cast<std::uint64_t>(value));
  };
  put.template operator()<4>(0, static_cast<int>(date.year()));
  put.template operator()<2>(5, static_cast<unsigned>(date.month()));
  put.template operator()<2>(8, static_cast<unsigned>(date.day()));
  put.template operator()<2>(11, time.hours().count());
  put.template operator()<2>(14, time.minutes().count());
  put.template operator()<2>(17, time.seconds().count());
  put.template operator()<6>(20, micros);
}

std::string format_time(std::chrono::system_clock::time_point at) {
  std::string text;
  append_time(text, at);
  return text;
}

}  // namespace weir
