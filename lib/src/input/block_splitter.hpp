/// Bytes in, blocks out: each of whole records, and with the header before it.
///
/// It is pure, and what it makes depends on the bytes alone, not on how they come: a run that is
/// resumed finds the same blocks. With a number of records a block is given out as soon as it is
/// there; else when --block bytes have come, cut behind the last record that is whole, as GNU
/// parallel does it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "input/column_key.hpp"
#include "input/record_boundaries.hpp"

namespace weir {

class block_splitter {
 public:
  /// \param name of the input, in messages. \throws usage_error for expressions that are none.
  block_splitter(block_rules rules, std::string name);
  ~block_splitter();

  void feed(std::string_view bytes) { buffer_ += bytes; }
  /// The same where they come to: room for `most` of them, or for what is wanting in the block.
  /// Then says filled() how many there are. \pre next() gave none.
  std::span<char> room(std::size_t most);
  void filled(std::size_t count) { buffer_.resize(bytes_ + count); }
  void finish() noexcept { finished_ = true; }

  /// A block, of which something is left without what separates records; none: more bytes are
  /// wanted, or at the end there is no further. \throws usage_error for a record that is too long,
  /// with its place.
  std::optional<std::string> next();

  /// Whether the bytes so far have all of the header, if there is to be one. \throws as next().
  bool find_header();
  const std::string& header() const noexcept { return header_; }
  /// Bytes before the header, which are in no block.
  std::size_t skipped() const noexcept { return skipped_; }

  /// The bytes in which a boundary is looked for when there is none in `window`: as GNU parallel
  /// does it, so that the blocks are the same.
  static std::size_t grown(std::size_t window, std::size_t most);
  /// \throws usage_error for a record that is longer than `most`. \param at its place.
  [[noreturn]] static void refuse_record(const std::string& name, std::uint64_t at,
                                         std::size_t most, std::string_view what = "the record");

 private:
  std::string_view rest() const { return std::string_view(buffer_).substr(at_); }
  bool skip_first();
  std::size_t header_of_lines();
  std::size_t header_of_expression();
  std::optional<std::size_t> cut();
  std::optional<std::size_t> cut_count();
  std::optional<std::size_t> cut_full();
  std::size_t last_in(std::string_view window) const;
  std::size_t end_of_groups(std::string_view window, bool all) const;
  std::size_t most() const noexcept;
  [[noreturn]] void refuse(std::string_view what) const;
  void grow(std::string_view what);
  std::string take(std::size_t size);

  block_rules rules_;
  std::string name_;
  record_boundaries boundaries_;
  std::optional<column_key> group_;
  std::unique_ptr<const re2::RE2> header_expression_;
  std::string header_;
  bool wants_header_;
  std::size_t skipped_ = 0;  ///< bytes of the first line
  std::string buffer_;
  std::size_t at_ = 0;         ///< in the buffer: what was given out
  std::size_t bytes_ = 0;      ///< in the buffer before the room
  std::uint64_t taken_ = 0;    ///< bytes of the input before that
  std::size_t window_;         ///< bytes in which the last boundary is looked for
  std::uint64_t counted_ = 0;  ///< records that are known to be whole, of the block to come
  std::size_t whole_ = 0;      ///< their bytes
  std::size_t searched_ = 0;   ///< bytes in which there is no further boundary
  bool begun_ = false;         ///< a block was given out
  bool finished_ = false;
};

}  // namespace weir
