/// How a stream of bytes is cut into blocks of whole records, each of which is a job's stdin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "input/key_column.hpp"

namespace weir {

struct block_rules {
  std::string end = "\n";     ///< what records end with; may be empty
  std::string start{};        ///< what they begin with; may be empty
  bool regexp = false;        ///< both are expressions (RE2)
  bool removes = false;       ///< what stands between records is left out, and at the block's edges
  std::uint64_t records = 0;  ///< exactly so many to a block; 0: as many as fit
  std::uint64_t lines = 0;    ///< a record is so many lines; 0: as end and start say
  std::size_t block = 1 << 20;        ///< bytes; one whole record is more if it has to be
  std::size_t longest = 16 << 20;     ///< bytes of a record with which it is too long
  bool skips_first = false;           ///< the first line is none of the input, nor of its header
  std::uint64_t header_lines = 0;     ///< lines of a header that each block begins with
  std::string header{};               ///< an expression that matches the header; empty: see above
  bool repeats_header = true;         ///< each block begins with it
  std::optional<key_column> group{};  ///< a record is the lines that have the same value there
  bool operator==(const block_rules&) const = default;
};

/// How a job gets its block.
enum class block_as {
  stdin_pipe,  ///< its stdin
  fifo,        ///< a name of the same pipe, for its command line (--fifo)
  file,        ///< a name of a file in memory, which can be read again and anywhere (--cat)
};

}  // namespace weir
