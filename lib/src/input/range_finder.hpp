/// Where the blocks of a seekable file lie: ranges of its bytes, each of whole records. Only the
/// bytes around the cuts are read.
///
/// It is pure except for the function it reads with. What it finds depends only on the bytes.
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
  std::uint64_t to = 0;  ///< one past the last byte
  bool operator==(const byte_range&) const = default;
};

/// Where a block ends.
enum class range_cut {
  behind,  ///< with the first record that ends after --block bytes: one look at the file per block
  within,  ///< with the last record that ends within them, as block_splitter cuts a stream
};

struct range_bounds {
  std::uint64_t from = 0;
  std::uint64_t to = 0;  ///< the size of the file
  range_cut cut = range_cut::behind;
};

class range_finder {
 public:
  /// The bytes at that position, as many as asked for unless the file ends first.
  using reader = std::function<std::string(std::uint64_t at, std::size_t most)>;

  /// \param name of the file, in messages.
  /// \throws usage_error if the rules are invalid.
  range_finder(block_rules rules, std::string name, range_bounds bounds, reader read);

  /// The next block, without the header; nullopt at the end.
  /// \throws usage_error for a record that is too long, with its position, or a missing header.
  std::optional<byte_range> next();
  /// What each block begins with; known once next() has returned.
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
