// Parsing of request targets.
#include "web/target.hpp"

#include <algorithm>

namespace weir::web::detail {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Visible ASCII, which targets consist of, and higher bytes, which clients send unescaped.
bool is_target_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > ' ' && byte != 0x7f && c != '#';
}

/// The path and query of "scheme://authority/path?query"; just "/" if the path is missing.
std::string_view behind_authority(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos || scheme == 0) return {};
  const std::size_t path = text.find_first_of("/?", scheme + 3);
  if (path == scheme + 3) return {};
  if (path == std::string_view::npos) return "/";
  return text.substr(path);
}

bool is_safe(std::string_view segment) {
  return segment != "." && segment != ".." && segment.find('\0') == std::string_view::npos;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, bool plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += plus && text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto key = percent_decoded(pair.substr(0, equals), true);
    if (!key || *key != name) continue;
    if (auto value = percent_decoded(pair.substr(std::min(equals + 1, pair.size())), true))
      return value;
  }
  return std::nullopt;
}

void target::clear() {
  segments_.clear();
  path_.clear();
  query_.clear();
}

bool target::take_path(std::string_view path) {
  for (path.remove_prefix(1);;) {
    const std::size_t end = std::min(path.find('/'), path.size());
    auto segment = percent_decoded(path.substr(0, end));
    if (!segment || !is_safe(*segment)) return false;
    segments_.push_back(std::move(*segment));
    if (end == path.size()) return true;
    path.remove_prefix(end + 1);
  }
}

bool target::parse(std::string_view text) {
  clear();
  if (!std::all_of(text.begin(), text.end(), is_target_byte)) return false;
  if (text == "*") {
    path_ = text;
    return true;
  }
  if (!text.starts_with('/')) text = behind_authority(text);
  if (text.empty()) return false;
  const std::size_t mark = std::min(text.find('?'), text.size());
  path_ = mark == 0 ? "/" : text.substr(0, mark);
  query_ = text.substr(std::min(mark + 1, text.size()));
  if (take_path(path_)) return true;
  clear();
  return false;
}

}  // namespace weir::web::detail
