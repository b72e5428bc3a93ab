/// Descriptors 0, 1 and 2 as weir found them.
///
/// A closed one would be given to the next file that is opened, and output would land in it. So
/// /dev/null is opened there first; that output was meant to go somewhere is remembered.
#pragma once

#include <array>

namespace weir {

struct standard_streams {
  std::array<bool, 3> was_closed{};

  /// EBADF when the descriptor was closed at start, else 0: what using it is to fail with.
  int broken(int fd) const noexcept;
};

/// Call it before anything else opens a file. Never fails: without /dev/null the root directory is
/// opened, which can be neither read nor written.
standard_streams open_standard_streams() noexcept;

/// Whether two descriptors lead to one file, pipe or terminal, so that one writer has to order what
/// goes to both.
bool same_output(int a, int b) noexcept;

}  // namespace weir
