/// Where the blocks of a file that can be read anywhere lie: ranges of its bytes, each of whole
/// records. Only what stands around the cuts is read.
///
/// It is pure but for the function that it reads with. What it finds depends on the bytes alone.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "input/block_rules.hpp"
#include "input/record_boundaries.hpp"

namespace weir {

struct byte_range {
  std::uint64_t from = 0;
  std::uint64_t to = 0;  ///< behind the last byte
  bool operator==(const byte_range&) const = default;
};

/// Where a block ends.
enum class range_cut {
  behind,  ///< with the first record that ends behind --block bytes: one look at the file for each
  within,  ///< with the last that ends within them, as block_splitter cuts a stream
};

struct range_bounds {
  std::uint64_t from = 0;
  std::uint64_t to = 0;  ///< the size of the file
  range_cut cut = range_cut::behind;
};

class range_finder {
 public:
  /// The bytes at that place, as many as asked for unless the file ends before.
  using reader = std::function<std::string(std::uint64_t at, std::size_t most)>;

  /// \param name of the file, in messages. \throws usage_error for rules that are none.
  range_finder(block_rules rules, std::string name, range_bounds bounds, reader read);

  /// The next block, without the header; none at the end.
  /// \throws usage_error for a record that is too long, with its place, or a header that is not
  /// there.
  std::optional<byte_range> next();
  /// What each block begins with; known when there was one.
  const std::string& header() const noexcept { return header_; }

 private:
  void find_header();
  std::uint64_t end_behind(std::uint64_t at) const;
  std::uint64_t end_within(std::uint64_t from);
  std::size_t last_within(std::uint64_t from) const;

  block_rules rules_;
  std::string name_;
  std::uint64_t size_;
  reader read_;
  record_boundaries boundaries_;
  std::string header_;
  std::uint64_t at_;
  range_cut cut_;
  std::size_t window_;  ///< of `within`
  bool begun_ = false;
};

}  // namespace weir
