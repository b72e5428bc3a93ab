/// Decides whether jobs that cannot be started leave any hope for the others.
///
/// A program that is missing is missing for every job that names it. When the first jobs of a run
/// have all failed to start, for one and the same reason, and none has run, it is taken for
/// lasting. Whether the others name the same program is for the engine to see.
///
/// Pure: it is told of ends and asked for a decision; it stops nothing itself.
#pragma once

#include <optional>

#include <weir/outcome.hpp>

namespace weir {

class start_failures {
 public:
  /// So many are enough: one may have met the moment in which a program is replaced.
  static constexpr unsigned enough = 3;

  /// A job has ended. \param allowed it may fail, which then says nothing. \returns whether every
  /// job has failed to start so far, and enough of them.
  bool ended(const outcome& how, bool allowed);

  /// There is hope: others name another program.
  void hope() noexcept { hopeful_ = true; }

 private:
  std::optional<spawn_failed> first_;
  unsigned count_ = 0;
  bool hopeful_ = false;
};

}  // namespace weir
