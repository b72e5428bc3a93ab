/// Where weir-shield(1), running inside a job, asks to be spared: a socket in the abstract
/// namespace.
///
/// Connecting is asking, and one byte is the answer: nothing is parsed. The kernel identifies the
/// process that asks (SO_PEERCRED, unix(7)), not the process itself; other users are refused. It
/// knows nothing of jobs. Abstract, so that no file is left behind by a kill -9.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include <sys/types.h>

#include "loop/owned_fd.hpp"
#include "loop/poll_set.hpp"

namespace weir {

class shield_socket final : public poll_set::watch {
 public:
  /// Decides whether the process may have a shield.
  /// \param pidfd of the process, which lives.
  using decision = std::function<bool(pid_t pid, owned_fd pidfd)>;

  explicit shield_socket(decision decide) : decide_(std::move(decide)) {}

  /// Listens under a name that nobody can guess. \returns false if that is not possible.
  bool open(poll_set& set);

  /// Without the leading NUL byte; letters, digits and '-'. Empty if it is not open.
  const std::string& name() const noexcept { return name_; }

 private:
  void ready(poll_set::readiness) override;
  bool is_granted(int connection) const;

  decision decide_;
  std::string name_;
};

}  // namespace weir
