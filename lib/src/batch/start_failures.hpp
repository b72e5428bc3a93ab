/// Decides whether jobs that cannot be started leave any hope for the others.
///
/// A program that is missing is missing for every job that names it. If the first jobs of a run
/// have all failed to start, for one and the same reason, and none has run, the reason is taken to
/// be permanent. The engine checks whether the others name the same program.
///
/// Pure: it is told of ends and asked for a decision; it stops nothing itself.
#pragma once

#include <optional>

#include <weir/outcome.hpp>

namespace weir {

class start_failures {
 public:
  /// This many are enough: one alone may have hit the moment in which a program is replaced.
  static constexpr unsigned enough = 3;

  /// A job has ended. \param allowed it may fail, which then proves nothing. \returns whether every
  /// job so far has failed to start, and there were enough of them.
  bool ended(const outcome& how, bool allowed);

  /// There is hope: other jobs name another program.
  void hope() noexcept { hopeful_ = true; }

 private:
  std::optional<spawn_failed> first_;
  unsigned count_ = 0;
  bool hopeful_ = false;
};

}  // namespace weir
