#include "input/items.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <weir/error.hpp>

#include "input/record_parser.hpp"

namespace weir {

namespace {

std::uint64_t product_or_most(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::uint64_t>::max()
                                                : product;
}

std::string columns_text(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " column" : " columns");
}

}  // namespace

item_tuples::item_tuples(std::vector<item_source> sources) : sources_(std::move(sources)) {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const record_list& records = sources_[i].records;
    widths_.push_back(records.empty() ? 0 : records.width(0));
    if (!sources_[i].linked || groups_.empty()) groups_.push_back({i, i, 0, 0});
    groups_.back().last = i + 1;
  }
  for (auto& g : groups_) g.length = length_of(g);
  const auto is_empty = [](const group& g) { return g.length == 0; };
  done_ = groups_.empty() || std::any_of(groups_.begin(), groups_.end(), is_empty);
  count_ = done_ ? 0 : 1;
  for (const auto& g : groups_) count_ = product_or_most(count_, g.length);
}

/// Blank lines at the end count if a linked source has something to go with them.
std::size_t item_tuples::length_of(const group& g) const {
  std::size_t shortest = std::numeric_limits<std::size_t>::max();
  std::size_t filled = 0;
  for (std::size_t i = g.first; i < g.last; ++i) {
    shortest = std::min(shortest, sources_[i].records.size());
    filled = std::max(filled, sources_[i].records.size() - sources_[i].blanks_at_end);
  }
  return std::min(shortest, filled);
}

bool item_tuples::next(std::vector<std::string_view>& tuple) {
  if (done_) return false;
  tuple.clear();
  shifted_source_ = 0;
  for (auto& g : groups_) append(g, tuple);
  advance();
  return true;
}

void item_tuples::take(std::uint64_t number, std::vector<std::string_view>& tuple) {
  for (auto g = groups_.rbegin(); g != groups_.rend(); ++g) {
    g->at = static_cast<std::size_t>(number % g->length);
    number /= g->length;
  }
  tuple.clear();
  shifted_source_ = 0;
  for (auto& g : groups_) append(g, tuple);
}

void item_tuples::append(group& g, std::vector<std::string_view>& tuple) {
  for (std::size_t i = g.first; i < g.last; ++i) {
    const record_list& records = sources_[i].records;
    records.append_to(tuple, g.at);
    if (i + 1 == sources_.size() || records.width(g.at) == widths_[i]) continue;
    shifted_source_ = i + 1;
    shifted_record_ = g.at;
  }
}

void item_tuples::advance() {
  for (auto g = groups_.rbegin(); g != groups_.rend(); ++g) {
    if (++g->at < g->length) return;
    g->at = 0;
  }
  done_ = true;
}

std::string item_tuples::shifted() const {
  if (shifted_source_ == 0) return {};
  const item_source& source = sources_[shifted_source_ - 1];
  return place_text(source.name, source.records.number(shifted_record_)) + ": " +
         columns_text(source.records.width(shifted_record_)) +
         ", but the source's first record has " + std::to_string(widths_[shifted_source_ - 1]) +
         ": the next source's columns would be numbered differently";
}

std::string item_tuples::place(std::uint64_t number) const {
  std::string text;
  std::uint64_t rest = number - 1;
  for (auto g = groups_.rbegin(); g != groups_.rend(); ++g) {
    const auto at = static_cast<std::size_t>(rest % g->length);
    rest /= g->length;
    for (std::size_t i = g->last; i-- > g->first;) {
      const std::string one = place_text(sources_[i].name, sources_[i].records.number(at));
      text = text.empty() ? one : one + ", " + text;
    }
  }
  return text;
}

std::vector<std::string> take_header(std::vector<item_source>& sources) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    record_list& records = sources[i].records;
    if (records.empty())
      throw usage_error("--header: input source " + std::to_string(i + 1) +
                        " is empty: expected its name as the first item");
    std::vector<std::string_view> columns;
    records.append_to(columns, 0);
    names.insert(names.end(), columns.begin(), columns.end());
    records.drop_first();
  }
  return names;
}

}  // namespace weir
