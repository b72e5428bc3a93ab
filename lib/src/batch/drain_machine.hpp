/// How long collected output is still written when no job runs any more, as decisions only.
///
/// A run that nobody stops waits for its reader as long as that takes (`weir ... | less`). One that
/// is asked to stop goes on while bytes move, and gives up after some time without any, at one more
/// request, or at once if there is to be no waiting (QUIT). As in stop_machine, time is passed in,
/// and stands still while nothing can move (Ctrl-Z); this does nothing itself: draining (run) asks
/// and acts.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "batch/stop_machine.hpp"

namespace weir {

class drain_machine {
 public:
  using time_point = stop_machine::time_point;

  /// \param patience how long no byte may move once the run has been asked to stop.
  explicit drain_machine(duration patience) : patience_(patience) {}

  /// May be called at any time during the run. \returns whether to give up now.
  bool request(stop_request what, time_point now);

  /// No job runs any more: from now on, requests concern the output. \param moved bytes written so
  /// far. \returns whether to give up now.
  bool begin(time_point now, std::uint64_t moved);

  /// \param moved bytes written so far. \returns whether to give up now.
  bool look(time_point now, std::uint64_t moved);

  bool has_begun() const noexcept { return begun_; }
  bool gave_up() const noexcept { return gave_up_; }
  /// When to give up if nothing moves until then; nullopt: never.
  std::optional<time_point> deadline() const;

 private:
  bool give_up_if(bool condition);

  duration patience_;
  bool begun_ = false;
  bool asked_ = false;  ///< to stop
  bool at_once_ = false;
  bool gave_up_ = false;
  std::uint64_t moved_ = 0;
  time_point moved_at_{};
};

}  // namespace weir
