#include "report/row_titles.hpp"

#include <algorithm>
#include <string_view>

#include "report/shown.hpp"
#include "text/escape.hpp"
#include "text/utf8.hpp"

namespace weir {

namespace {

std::string_view ellipsis(bool utf8) {
  return utf8 ? std::string_view("…") : std::string_view("..");
}

std::size_t cells_of_ellipsis(bool utf8) {
  return utf8 ? 1 : 2;
}

/// How many bytes all titles share at the beginning, up to the end of a word or of a directory.
std::size_t shared_beginning(const std::vector<std::string>& titles) {
  std::string_view shared = titles.front();
  for (const std::string_view title : titles) {
    const auto differs = std::mismatch(shared.begin(), shared.end(), title.begin(), title.end());
    shared = shared.substr(0, static_cast<std::size_t>(differs.first - shared.begin()));
  }
  const auto last = shared.find_last_of(" /=:,'\"");
  return last == std::string_view::npos ? 0 : last + 1;
}

/// The end of `escaped` that fits into `columns`.
std::string_view last_columns(std::string_view escaped, std::size_t columns) {
  std::size_t width = display_width(escaped);
  while (width > columns) {
    const std::size_t length = std::max<std::size_t>(first_sequence(escaped).length, 1);
    width -= std::min<std::size_t>(width, display_width(escaped.substr(0, length)));
    escaped.remove_prefix(length);
  }
  return escaped;
}

std::string first_columns(std::string_view escaped, std::size_t columns) {
  std::string_view rest = escaped;
  std::size_t width = 0;
  while (!rest.empty()) {
    const std::size_t length = std::max<std::size_t>(first_sequence(rest).length, 1);
    width += display_width(rest.substr(0, length));
    if (width > columns) break;
    rest.remove_prefix(length);
  }
  return std::string(escaped.substr(0, escaped.size() - rest.size()));
}

/// The item tends to be near the end.
std::string without_middle(const std::string& escaped, std::size_t columns, bool utf8) {
  const std::size_t mark = cells_of_ellipsis(utf8);
  if (columns < 3 * mark) return first_columns(escaped, columns);
  const std::size_t head = (columns - mark) / 3;
  std::string text = first_columns(escaped, head);
  text += ellipsis(utf8);
  return text += last_columns(escaped, columns - mark - head);
}

}  // namespace

std::vector<std::string> row_titles(const std::vector<std::string>& titles, std::size_t columns,
                                    bool utf8) {
  std::vector<std::string> rows;
  rows.reserve(titles.size());
  for (const std::string& title : titles) rows.push_back(shown(title, utf8));
  const auto fits = [&](const std::string& row) { return display_width(row) <= columns; };
  if (std::all_of(rows.begin(), rows.end(), fits)) return rows;
  if (rows.size() == 1) return {without_middle(rows.front(), columns, utf8)};
  const std::size_t shared = shared_beginning(titles);
  const std::size_t mark = shared > 0 ? cells_of_ellipsis(utf8) : 0;
  if (columns <= mark) return std::vector<std::string>(titles.size());
  for (std::size_t i = 0; i < titles.size(); ++i) {
    rows[i] = shared > 0 ? ellipsis(utf8) : "";
    rows[i] += shown_clipped(std::string_view(titles[i]).substr(shared), columns - mark, utf8);
  }
  return rows;
}

}  // namespace weir
