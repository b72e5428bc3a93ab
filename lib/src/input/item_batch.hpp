/// Gathers records for one command line (-n). It keeps copies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

class item_batch {
 public:
  /// \param number says where the record is from.
  void add(std::span<const std::string_view> items, std::uint64_t number);

  std::size_t size() const noexcept { return records_.size(); }  ///< records
  bool empty() const noexcept { return records_.empty(); }
  /// The size of all items as arguments, with a NUL and a pointer each.
  std::size_t bytes() const noexcept { return bytes_.size() + ends_.size() * (1 + sizeof(char*)); }

  /// The items of the first records, in the order they came. Valid until the batch changes, or
  /// until the next call. \pre records <= size().
  std::span<const std::string_view> items(std::size_t records);
  /// \pre the batch is not empty.
  std::uint64_t first_number() const noexcept { return records_.front().number; }

  /// Forgets the first records. \pre records <= size().
  void drop(std::size_t records);

 private:
  struct record {
    std::size_t end_item = 0;
    std::uint64_t number = 0;
  };
  std::string bytes_;
  std::vector<std::size_t> ends_;  ///< of items, in bytes_
  std::vector<record> records_;
  std::vector<std::string_view> views_;
};

}  // namespace weir
