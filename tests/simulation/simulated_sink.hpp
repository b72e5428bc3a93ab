/// Whoever reads stdout or stderr: at once, slowly, not any more, or gone; or a device that is
/// full.
///
/// The bytes go through a socket of the kernel, which takes little at once, so that the writer's
/// own waiting is tried; what is read when is decided by the simulated clock.
#pragma once

#include <memory>
#include <string>

#include "loop/owned_fd.hpp"
#include "simulation/scenario.hpp"
#include "simulation/simulated_clock.hpp"

namespace simulation {

class simulated_sink {
 public:
  simulated_sink(const planned_sink& plan, simulated_clock& clock);
  simulated_sink(const simulated_sink&) = delete;
  simulated_sink& operator=(const simulated_sink&) = delete;
  ~simulated_sink() { *alive_ = false; }

  int fd() const noexcept { return in_.value(); }
  /// What a quick reader does all the time. \param sent bytes so far, to ask the kernel only when
  /// there are some. \returns whether it got anything.
  bool read_if_quick(std::uint64_t sent);
  /// All that is there still.
  void read_rest();
  std::string& received() noexcept { return received_; }

 private:
  bool read(std::size_t most);
  void read_slowly();

  planned_sink plan_;
  simulated_clock& clock_;
  weir::owned_fd in_;
  weir::owned_fd out_;
  std::string received_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace simulation
