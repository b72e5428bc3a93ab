/// The options of GNU parallel's --pipe and --pipepart.
#pragma once

#include <string>
#include <vector>

#include "dialects/option_table.hpp"

namespace weir {

struct parallel_blocks {
  bool of_stream = false;          ///< --pipe
  bool of_file = false;            ///< --pipepart
  bool all_to_all = false;         ///< --tee: there are items besides the blocks
  bool have_columns = false;       ///< --shard, --bin, --group-by
  bool named = false;              ///< --cat, --fifo: {} is the name of the block
  std::vector<std::string> words;  ///< weir's own options, which do the rest

  bool wanted() const { return of_stream || of_file; }
};

/// \returns whether it is such an option.
/// \throws usage_error
bool take_block_option(parallel_blocks& blocks, const given_foreign_option& o);

}  // namespace weir
