/// Bytes in, blocks out: each made of whole records, after the header.
///
/// It is pure, and its result depends on the bytes alone, not on how they arrive: a resumed run
/// finds the same blocks. If a number of records is given, a block is returned as soon as it has
/// that many; otherwise once --block bytes have come, cut after the last whole record, as GNU
/// parallel does.
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
  /// \param name of the input, in messages.
  /// \throws usage_error for invalid expressions.
  block_splitter(block_rules rules, std::string name);
  ~block_splitter();

  void feed(std::string_view bytes);
  /// The same, but in place: returns room for `most` bytes, or for what the block still lacks;
  /// filled() then says how many were read.
  /// \pre next() returned nothing.
  std::span<char> room(std::size_t most);
  void filled(std::size_t count);
  void finish();

  /// The next block that is not empty once separators are left out; nullopt: more bytes are needed,
  /// or the input has no more blocks.
  /// \throws usage_error, with the position, for a record that is too long.
  std::optional<std::string> next();

  /// Whether the bytes so far hold the whole header, if there is to be one.
  /// \throws as next().
  bool find_header();
  const std::string& header() const noexcept { return header_; }
  /// Bytes before the header, which are in no block.
  std::size_t skipped() const noexcept { return skipped_; }

  /// How many bytes to search next if there is no boundary in `window`: the same steps as GNU
  /// parallel, so that the blocks are the same.
  static std::size_t grown(std::size_t window, std::size_t most);
  /// \throws usage_error for a record longer than `most`.
  /// \param at its position.
  [[noreturn]] static void refuse_record(const std::string& name, std::uint64_t at,
                                         std::size_t most, std::string_view what = "the record");

 private:
  std::string_view rest() const { return std::string_view(buffer_).substr(at_); }
  void drop_blank_lines(std::size_t from);
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
  std::size_t at_ = 0;         ///< in the buffer: end of what was returned
  std::size_t bytes_ = 0;      ///< in the buffer before the room
  std::uint64_t taken_ = 0;    ///< bytes of the input before that
  std::size_t window_;         ///< bytes in which to look for the last boundary
  std::uint64_t counted_ = 0;  ///< whole records found so far for the next block
  std::size_t whole_ = 0;      ///< their bytes
  std::size_t searched_ = 0;   ///< bytes known to hold no further boundary
  std::string blank_;          ///< the beginning of a line that may have to be dropped
  bool within_line_ = false;   ///< the buffer ends in a line that has more than white space
  bool begun_ = false;         ///< a block was returned
  bool finished_ = false;
};

}  // namespace weir
