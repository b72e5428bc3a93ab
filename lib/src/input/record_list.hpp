/// Records that have been read whole, for a product of several sources: their columns, and where
/// each one was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

class record_list {
 public:
  /// \param number of the record's line in its file, for messages.
  void add(std::span<const std::string_view> columns, std::uint64_t number);
  void drop_first();

  std::size_t size() const noexcept { return records_.size(); }
  bool empty() const noexcept { return records_.empty(); }

  /// The number of columns of the record.
  /// \pre index < size().
  std::size_t width(std::size_t index) const noexcept { return end_of(index) - begin_of(index); }
  std::uint64_t number(std::size_t index) const noexcept { return records_[index].number; }
  /// Appends the columns of the record; the views are valid until the list changes.
  void append_to(std::vector<std::string_view>& columns, std::size_t index) const;

 private:
  struct record {
    std::size_t end_column = 0;
    std::uint64_t number = 0;
  };
  std::size_t begin_of(std::size_t index) const noexcept {
    return index == 0 ? first_column_ : records_[index - 1].end_column;
  }
  std::size_t end_of(std::size_t index) const noexcept { return records_[index].end_column; }

  std::string bytes_;
  std::vector<std::size_t> ends_;  ///< of columns, in bytes_
  std::vector<record> records_;
  std::size_t first_column_ = 0;  ///< of the first record
};

}  // namespace weir
