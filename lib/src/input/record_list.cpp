#include "input/record_list.hpp"

namespace weir {

void record_list::add(std::span<const std::string_view> columns, std::uint64_t number) {
  for (const auto column : columns) {
    bytes_ += column;
    ends_.push_back(bytes_.size());
  }
  records_.push_back({ends_.size(), number});
}

void record_list::drop_first() {
  first_column_ = end_of(0);
  records_.erase(records_.begin());
}

void record_list::append_to(std::vector<std::string_view>& columns, std::size_t index) const {
  for (std::size_t at = begin_of(index); at < end_of(index); ++at) {
    const std::size_t begin = at == 0 ? 0 : ends_[at - 1];
    columns.push_back(std::string_view(bytes_).substr(begin, ends_[at] - begin));
  }
}

}  // namespace weir
