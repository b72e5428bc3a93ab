/// Ends what an engine that was killed has left: the descendants of the run that are not to live
/// on.
///
/// All that it knows of the run is on the board. It looks at the machine anew each time, as the
/// engine may have died at any point.
#pragma once

#include <utility>
#include <vector>

#include "process/process_owners.hpp"
#include "process/process_table.hpp"
#include "process/run_board.hpp"

namespace weir::cli {

class engine_remains {
 public:
  /// \param board must outlive this.
  /// \param strangers children that this process had before the run.
  engine_remains(const run_board& board, std::vector<process_entry> strangers)
      : board_(board), strangers_(std::move(strangers)) {}

  /// Ends all descendants of the run that are not to be left, and waits for them.
  /// \returns whether none of them is left; any that are have been reported.
  bool end() const;

 private:
  int enough_looks() const;
  process_owners::mark_reader marks() const;
  void add_unrecorded(process_owners& owners, const std::vector<process_entry>& table,
                      const process_owners::mark_reader& marks) const;
  std::vector<process_entry> to_end(process_owners& owners, bool& unclear) const;
  void kill_children(const process_owners& owners) const;
  bool end_groups() const;
  bool is_stranger(const process_entry& child) const;

  const run_board& board_;
  const std::vector<process_entry> strangers_;
};

}  // namespace weir::cli
