#include "input/result_tree.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "text/number.hpp"

namespace weir {

namespace {

/// Of a name in a file system.
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

/// As Perl sees a number in it.
std::uint64_t number_in(std::string_view name) {
  return take_digits(name).value_or(0);
}

}  // namespace

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
  // What a text without a placeholder becomes is itself.
  constexpr std::string_view probe = "{";
  text_template path(value_, options);
  if (path.expand(1, {&probe, 1}) != value_) path_ = std::move(path);
}

std::string result_place::operator()(std::uint64_t seq,
                                     std::span<const std::string_view> items) const {
  if (path_) return path_->expand(seq, items);
  return result_tree(value_, items, sources_ == 0 ? items.size() : sources_, names_);
}

}  // namespace weir
