#include "input/items.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <weir/error.hpp>

namespace weir {

namespace {

std::uint64_t product_or_most(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::uint64_t>::max()
                                                : product;
}

}  // namespace

item_tuples::item_tuples(std::vector<item_source> sources) : sources_(std::move(sources)) {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const std::size_t length = sources_[i].items.size();
    if (!sources_[i].linked || groups_.empty()) {
      groups_.push_back({i, i + 1, length, 0});
      continue;
    }
    groups_.back().last = i + 1;
    groups_.back().length = std::min(groups_.back().length, length);
  }
  const auto is_empty = [](const group& g) { return g.length == 0; };
  done_ = groups_.empty() || std::any_of(groups_.begin(), groups_.end(), is_empty);
  count_ = done_ ? 0 : 1;
  for (const auto& g : groups_) count_ = product_or_most(count_, g.length);
}

bool item_tuples::next(std::vector<std::string_view>& tuple) {
  if (done_) return false;
  tuple.clear();
  for (const auto& g : groups_)
    for (std::size_t i = g.first; i < g.last; ++i) tuple.push_back(sources_[i].items[g.at]);
  advance();
  return true;
}

void item_tuples::advance() {
  for (auto g = groups_.rbegin(); g != groups_.rend(); ++g) {
    if (++g->at < g->length) return;
    g->at = 0;
  }
  done_ = true;
}

std::vector<std::string> take_header(std::vector<item_source>& sources) {
  std::vector<std::string> names;
  for (auto& source : sources) {
    if (source.items.empty())
      throw usage_error("--header: input source " + std::to_string(names.size() + 1) +
                        " is empty: expected its name as the first item");
    names.push_back(std::move(source.items.front()));
    source.items.erase(source.items.begin());
  }
  return names;
}

bool item_batch::add(std::span<const std::string_view> items) {
  for (const auto item : items) {
    bytes_ += item;
    ends_.push_back(bytes_.size());
  }
  return ++taken_ >= lines_;
}

std::span<const std::string_view> item_batch::items() {
  views_.clear();
  std::size_t begin = 0;
  for (const std::size_t end : ends_) {
    views_.push_back(std::string_view(bytes_).substr(begin, end - begin));
    begin = end;
  }
  return views_;
}

void item_batch::clear() {
  bytes_.clear();
  ends_.clear();
  views_.clear();
  taken_ = 0;
}

}  // namespace weir
