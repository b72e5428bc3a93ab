#include "input/manifest/toml_guard.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace weir::doc {

namespace {

// How many quotes close a string at `at`: a multi-line one may end with up to two more of its own.
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
    if (text[at] == quote && text.substr(at, close.size()) == close)
      return at + quotes_at(text, at, quote, multi_line);
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

// Whether a table header at `open` (a bracket at the start of a line, outside of arrays) has
// neither a key nor the closing bracket that toml++ itself checks for. The end of the text is not a
// trap.
bool lacks_key(std::string_view text, std::size_t open) noexcept {
  std::size_t at = open + 1;
  if (text.substr(at, 1) == "[") ++at;
  at = text.find_first_not_of(" \t", at);
  if (at == std::string_view::npos) return false;
  const char c = text[at];
  const bool bare = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return !bare && std::string_view{"_-\"']"}.find(c) == std::string_view::npos;
}

// Walks over a text, recognising keys by nothing but quotes, comments, brackets and line ends.
class scan {
 public:
  scan(std::string_view text, std::size_t most_dots) : text_(text), most_dots_(most_dots) {}

  std::optional<fault> run() {
    while (at_ < text_.size()) {
      if (skip_string_or_comment()) continue;
      if (auto found = look()) return found;
      ++at_;
    }
    return std::nullopt;
  }

 private:
  bool skip_string_or_comment() noexcept {
    const char c = text_[at_];
    if (c == '"' || c == '\'')
      at_ = after_string(text_, at_);
    else if (c == '#')
      at_ = std::min(text_.find('\n', at_), text_.size());
    else
      return false;
    line_start_ = false;
    return true;
  }

  std::optional<fault> look() {
    const char c = text_[at_];
    switch (c) {
      case '.':
        if (++dots_ > most_dots_)
          return fault{place_of(text_, at_),
                       fmt::format("nested deeper than {} levels", most_dots_)};
        break;
      case '[':
        if (line_start_ && depth_ == 0 && lacks_key(text_, at_))
          return fault{place_of(text_, at_), "not TOML: a table header without a key"};
        [[fallthrough]];
      case '{':
        ++depth_;
        dots_ = 0;
        break;
      case ']':
      case '}':
        if (depth_ > 0) --depth_;
        dots_ = 0;
        break;
      case '=':
      case ',':
      case '\n':
        dots_ = 0;
        break;
      default:
        break;
    }
    if (c != ' ' && c != '\t') line_start_ = c == '\n' || c == '\r';
    return std::nullopt;
  }

  std::string_view text_;
  std::size_t most_dots_;
  std::size_t at_ = 0;
  std::size_t dots_ = 0;
  std::size_t depth_ = 0;  // open brackets
  bool line_start_ = true;
};

}  // namespace

std::optional<fault> find_toml_trap(std::string_view text, std::size_t most_dots) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return scan(text, most_dots).run();
}

}  // namespace weir::doc
