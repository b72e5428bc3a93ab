#include "input/result_tree.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "input/item_expression.hpp"
#include "text/number.hpp"

namespace weir {

namespace {

/// Of a file name.
constexpr std::size_t longest = 255;

std::string component(std::string_view item) {
  std::string name;
  for (const char c : item) {
    if (c == '\\')
      name += "\\\\";
    else if (c == '\t')
      name += "\\t";
    else if (c == '/')
      name += "\\_";
    else
      name += c;
  }
  if (name == "." || name == "..") name.insert(0, 1, '\\');
  if (name.size() > longest) name.resize(longest);
  return name;
}

/// The number at its beginning, as Perl reads it.
std::uint64_t number_in(std::string_view name) {
  return take_digits(name).value_or(0);
}

/// No item contains this.
constexpr char end_of_cell = '\0';

std::string result_cells(std::span<const std::string_view> items,
                         const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (names.empty())
      text += 'V' + std::to_string(i + 1);
    else if (i < names.size())
      text += names[i];
    text += end_of_cell;
    text += items[i];
    text += end_of_cell;
  }
  return text;
}

std::string_view take_cell(std::string_view& text) {
  const auto end = std::min(text.find(end_of_cell), text.size());
  const std::string_view cell = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return cell;
}

}  // namespace

bool is_result_table(std::string_view value) noexcept {
  return value.ends_with(".csv") || value.ends_with(".tsv") || value.ends_with(".json");
}

std::vector<result_cell> split_result_cells(std::string_view text) {
  std::vector<result_cell> cells;
  while (!text.empty()) {
    const std::string_view name = take_cell(text);
    cells.push_back({name, take_cell(text)});
  }
  return cells;
}

std::string result_tree(std::string_view dir, std::span<const std::string_view> items,
                        std::size_t sources, const std::vector<std::string>& names) {
  sources = std::max<std::size_t>(sources, 1);
  std::vector<std::string> titles;
  for (std::size_t i = 0; i < sources; ++i)
    titles.push_back(i < names.size() ? names[i] : std::to_string(i + 1));
  std::vector<std::size_t> order(sources);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    const auto x = number_in(titles[a]), y = number_in(titles[b]);
    return x != y ? x < y : titles[a] < titles[b];
  });
  std::string path(dir);
  for (std::size_t first = 0; first < items.size(); first += sources)
    for (const std::size_t i : order)
      if (first + i < items.size())
        path += '/' + component(titles[i]) + '/' + component(items[first + i]);
  return path + '/';
}

result_place::result_place(std::string value, const template_options& options, std::size_t sources)
    : value_(std::move(value)), names_(options.names), sources_(sources) {
  if (is_result_table(value_)) return;
  // A text without a placeholder expands to itself.
  constexpr std::string_view probe = "{";
  text_template path(value_, options);
  bool is_fixed = false;
  try {
    is_fixed = path.expand(1, {&probe, 1}) == value_;
  } catch (const expression_error&) {  // of the probe; the items may be better
  }
  if (!is_fixed) path_ = std::move(path);
}

std::string result_place::operator()(std::uint64_t seq,
                                     std::span<const std::string_view> items) const {
  if (is_result_table(value_)) return result_cells(items, names_);
  if (path_) return path_->expand(seq, items);
  return result_tree(value_, items, sources_ == 0 ? items.size() : sources_, names_);
}

}  // namespace weir
