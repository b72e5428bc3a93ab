#include "input/delimiter.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <weir/error.hpp>

#include "text/escape.hpp"
#include "text/utf8.hpp"

namespace weir {

namespace {

/// What \n and other escapes stand for.
std::optional<char> escaped_byte(std::string_view text) {
  constexpr std::array<std::pair<char, char>, 5> named{
      {{'n', '\n'}, {'t', '\t'}, {'r', '\r'}, {'0', '\0'}, {'\\', '\\'}}};
  if (text.size() < 2 || text[0] != '\\') return std::nullopt;
  const auto* const name =
      std::ranges::find(named, text[1], [](const auto& entry) { return entry.first; });
  if (name != named.end() && text.size() == 2) return name->second;
  if (text[1] != 'x' || text.size() < 3 || text.size() > 4) return std::nullopt;
  unsigned char byte = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), byte, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return static_cast<char>(byte);
}

}  // namespace

std::string parse_delimiter(std::string_view option, std::string_view text) {
  if (text.size() == 1) return std::string(text);
  if (!text.empty() && first_sequence(text).length == text.size()) return std::string(text);
  if (const auto byte = escaped_byte(text)) return std::string(1, *byte);
  throw usage_error(std::string(option) + ": \"" + escape(text) +
                    "\" is not a delimiter: expected one character, or \\n, \\t, \\r, \\0, \\xHH");
}

}  // namespace weir
