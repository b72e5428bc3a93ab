#include "input/item_batch.hpp"

#include <iterator>

namespace weir {

void item_batch::add(std::span<const std::string_view> items, std::uint64_t number) {
  for (const auto item : items) {
    bytes_ += item;
    ends_.push_back(bytes_.size());
  }
  records_.push_back({ends_.size(), number});
}

std::span<const std::string_view> item_batch::items(std::size_t records) {
  views_.clear();
  const std::size_t count = records == 0 ? 0 : records_[records - 1].end_item;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < count; ++i) {
    views_.push_back(std::string_view(bytes_).substr(begin, ends_[i] - begin));
    begin = ends_[i];
  }
  return views_;
}

void item_batch::drop(std::size_t records) {
  if (records == 0) return;
  const std::size_t items = records_[records - 1].end_item;
  const std::size_t bytes = items == 0 ? 0 : ends_[items - 1];
  bytes_.erase(0, bytes);
  ends_.erase(ends_.begin(), std::next(ends_.begin(), static_cast<std::ptrdiff_t>(items)));
  records_.erase(records_.begin(),
                 std::next(records_.begin(), static_cast<std::ptrdiff_t>(records)));
  for (auto& end : ends_) end -= bytes;
  for (auto& each : records_) each.end_item -= items;
}

}  // namespace weir
