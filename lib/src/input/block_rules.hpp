/// How a stream of bytes is cut into blocks of whole records, each of which becomes a job's stdin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "input/key_column.hpp"

namespace weir {

struct block_rules {
  std::string end = "\n";             ///< what records end with; may be empty
  std::string start{};                ///< what they begin with; may be empty
  bool regexp = false;                ///< both are regular expressions (RE2)
  bool removes = false;               ///< drops what separates records, also at the block's edges
  std::uint64_t records = 0;          ///< exactly this many per block; 0: as many as fit
  std::uint64_t lines = 0;            ///< a record is this many lines; 0: as end and start say
  std::size_t block = 1 << 20;        ///< bytes; a single record may make it larger
  std::size_t longest = 16 << 20;     ///< bytes; a longer record is refused
  bool drops_blank_lines = false;     ///< lines of white space alone are no part of the input
  bool skips_first = false;           ///< the first line is neither input nor header
  std::uint64_t header_lines = 0;     ///< number of header lines that each block begins with
  std::string header{};               ///< matches the header; empty: header_lines counts
  bool repeats_header = true;         ///< each block begins with the header
  std::optional<key_column> group{};  ///< a record is the lines that share the value here
  bool operator==(const block_rules&) const = default;
};

/// How a job gets its block.
enum class block_as {
  stdin_pipe,  ///< its stdin
  fifo,        ///< another name for the same pipe, for its command line (--fifo)
  file,        ///< the name of a file in memory, which can be reread and seeked (--cat)
};

}  // namespace weir
