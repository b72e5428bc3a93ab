/// A reader of stdout or stderr: quick, slow, stuck, or gone; or a full device.
///
/// The bytes go through a kernel socket that takes little at once, which exercises the writer's own
/// waiting; the simulated clock decides what is read when.
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
  ~simulated_sink();

  int fd() const noexcept { return in_.value(); }
  /// What a reader does all the time: a quick one reads, a slow one reads a bit after a while.
  /// \param sent bytes so far, so that the kernel is asked only if there are any.
  /// \returns whether it got anything.
  bool look(std::uint64_t sent);
  /// Reads everything that is left. \param sent bytes in all.
  void read_rest(std::uint64_t sent);
  std::string& received() noexcept { return received_; }

 private:
  bool read(std::size_t most);
  bool read_slowly();

  planned_sink plan_;
  simulated_clock& clock_;
  weir::owned_fd in_;
  weir::owned_fd out_;
  std::string received_;
  std::uint64_t sent_ = 0;  ///< so far, as was last heard
  bool is_empty_ = false;   ///< nothing more comes
  bool will_read_ = false;  ///< if it is slow
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace simulation
