/// Descriptors kept for when no others are available.
///
/// Running jobs may use up all descriptors that a process may have (`ulimit -n`); opening something
/// for just a moment must not fail because of that.
#pragma once

#include <array>

#include <fcntl.h>

#include "loop/owned_fd.hpp"

namespace weir {

template <std::size_t Count>
class spare_descriptors {
 public:
  /// \param fd any open one: duplicates of it are kept.
  explicit spare_descriptors(int fd) : fd_(fd) { take_back(); }

  /// Runs `action`, which opens at most Count descriptors and leaves none open.
  template <typename Action>
  auto lend(Action action) {
    struct returned {
      spare_descriptors& to;
      ~returned() { to.take_back(); }
    } at_end{*this};
    for (owned_fd& each : kept_) each = owned_fd();
    return action();
  }

 private:
  void take_back() noexcept {
    for (owned_fd& each : kept_) each = owned_fd(::fcntl(fd_, F_DUPFD_CLOEXEC, 3));
  }

  int fd_;
  std::array<owned_fd, Count> kept_;
};

}  // namespace weir
