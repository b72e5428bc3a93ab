#include "input/manifest/toml_depth.hpp"

#include <algorithm>

namespace weir::doc {

namespace {

// How many quotes close a string at `at`: a multi-line one may end with two more that belong to it.
std::size_t quotes_at(std::string_view text, std::size_t at, char quote, bool multi_line) noexcept {
  if (!multi_line) return 1;
  std::size_t count = 3;
  while (count < 5 && text.substr(at + count, 1) == std::string_view{&quote, 1}) ++count;
  return count;
}

// The byte after the string that starts at `from` with a quote.
std::size_t after_string(std::string_view text, std::size_t from) noexcept {
  const char quote = text[from];
  const bool escapes = quote == '"';
  const bool multi_line = text.substr(from, 3) == (escapes ? R"(""")" : "'''");
  const std::string_view close = text.substr(from, multi_line ? 3 : 1);
  for (std::size_t at = from + close.size(); at < text.size(); ++at) {
    if (text.substr(at, close.size()) == close) return at + quotes_at(text, at, quote, multi_line);
    if (text[at] == '\n' && !multi_line) return at;
    if (text[at] == '\\' && escapes) ++at;
  }
  return text.size();
}

position place_of(std::string_view text, std::size_t at) noexcept {
  const std::string_view before = text.substr(0, at);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(at - start + 1)};
}

}  // namespace

std::optional<position> find_deep_key(std::string_view text, std::size_t most) noexcept {
  std::size_t dots = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      at = after_string(text, at);
      continue;
    }
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (c == '.' && ++dots > most) return place_of(text, at);
    if (std::string_view{"=,[]{}\n"}.find(c) != std::string_view::npos) dots = 0;
    ++at;
  }
  return std::nullopt;
}

}  // namespace weir::doc
