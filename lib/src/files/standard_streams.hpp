/// Descriptors 0, 1 and 2 as weir found them.
///
/// A closed one would be given to the next file that is opened, and output would end up in it. So
/// /dev/null is opened there first; that it was closed is remembered.
#pragma once

#include <array>

namespace weir {

struct standard_streams {
  std::array<bool, 3> was_closed{};

  /// EBADF if the descriptor was closed at the start, else 0: what using it should fail with.
  int broken(int fd) const noexcept;
};

/// Call it before anything else opens a file. Never fails: if there is no /dev/null, it opens the
/// root directory, which can be neither read nor written.
standard_streams open_standard_streams() noexcept;

/// Whether two descriptors lead to the same file, pipe or terminal, so that one writer has to order
/// the output to both.
bool same_output(int a, int b) noexcept;

}  // namespace weir
