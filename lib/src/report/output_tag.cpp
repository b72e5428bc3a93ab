#include "report/output_tag.hpp"

#include "text/escape.hpp"

namespace weir {

std::string shown_tag(std::string tag, unsigned slot) {
  constexpr char sign = '\0';
  for (std::size_t at = 0; (at = tag.find(sign, at)) != std::string::npos;)
    tag.replace(at, 1, std::to_string(slot));
  return escape(tag);
}

void append_tagged(std::string_view tag, std::span<const char> bytes, bool& due,
                   std::string& into) {
  std::string_view left(bytes.data(), bytes.size());
  while (!left.empty()) {
    if (due) (into += tag) += '\t';
    const std::size_t newline = left.find('\n');
    due = newline != std::string_view::npos;
    const std::string_view line = due ? left.substr(0, newline + 1) : left;
    into += line;
    left.remove_prefix(line.size());
  }
}

}  // namespace weir
