#include "input/manifest/fault.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "text/escape.hpp"
#include "text/utf8.hpp"

namespace weir::doc {

namespace {

constexpr std::size_t widest_excerpt = 100;  // code points of the document's line
constexpr std::size_t before_caret = 60;     // at most this many of these before the place

std::string_view line_at(std::string_view text, std::uint32_t index) {
  for (; index > 0; --index) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

// A tab is shown as one blank, so that the caret's position does not depend on tab stops.
std::string on_screen(std::string_view text) {
  std::string flat{text};
  std::replace(flat.begin(), flat.end(), '\t', ' ');
  return escape(flat);
}

std::string excerpt(const fault& f, std::string_view line) {
  if (line.empty()) return {};
  const std::size_t column = std::min<std::size_t>(f.at.column - 1, count_code_points(line));
  const std::size_t skipped = column > before_caret ? column - before_caret : 0;
  const std::string_view window = line.substr(offset_after(line, skipped));
  const std::size_t caret = offset_after(window, column - skipped);
  const std::size_t end = offset_after(window, widest_excerpt);
  const std::string before = on_screen(window.substr(0, caret));
  const std::string after = on_screen(window.substr(caret, end - caret));
  const std::string_view head = skipped > 0 ? "..." : "";
  const std::string_view tail = end < window.size() ? "..." : "";
  return fmt::format("\n{:>5} | {}{}{}{}\n      | {:{}}^", f.at.line, head, before, after, tail, "",
                     head.size() + display_width(before));
}

}  // namespace

void fault_list::add(position at, std::string message) {
  if (full())
    ++uncounted_;
  else
    faults_.push_back({at, std::move(message)});
}

bool fault_list::is_told(position at) const noexcept {
  return std::ranges::find(faults_, at, &fault::at) != faults_.end();
}

std::string render(const fault_list& faults, std::string_view file,
                   const std::function<std::string_view(std::uint32_t)>& line_of) {
  std::vector<fault> sorted = faults.kept();
  std::ranges::stable_sort(sorted, {}, &fault::at);
  std::string out;
  for (const fault& f : sorted) {
    if (!out.empty()) out += '\n';
    out += fmt::format("{}:{}:{}: {}{}", escape(file), f.at.line, f.at.column, f.message,
                       excerpt(f, line_of(f.at.line)));
  }
  if (faults.size() > sorted.size())
    out += fmt::format("\n{}: and {} more", escape(file), faults.size() - sorted.size());
  return out;
}

void throw_if_any(const fault_list& faults, std::string_view file, std::string_view text) {
  if (faults.empty()) return;
  throw usage_error(
      render(faults, file, [&](std::uint32_t number) { return line_at(text, number - 1); }));
}

}  // namespace weir::doc
