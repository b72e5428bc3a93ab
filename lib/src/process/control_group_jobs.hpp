/// Which attempts of a run get a control group, and what becomes of it when they are over.
///
/// The run's group is made when the first of them needs it, or before any where that was asked for.
/// An attempt without a group costs no call here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <weir/error.hpp>
#include <weir/job_spec.hpp>
#include <weir/process_settings.hpp>

#include "process/control_group_run.hpp"
#include "process/process_owners.hpp"
#include "process/run_board.hpp"

namespace weir {

enum class control_group_use : std::uint8_t {
  automatic,  ///< of jobs with limits, and of those that may not leave anything, where it can be
              ///< had
  require,    ///< of all jobs
  never,
};

struct control_group_settings {
  control_group_use use = control_group_use::automatic;
  group_limits needed = {};  ///< set, of whatever value: some job of the run is known to have one
  std::string root = {};     ///< where proc and sys are looked for; empty: the system's own
};

class job_control_groups {
 public:
  /// \param front the process in front. \param common of jobs that say nothing themselves.
  /// \param board null: there is none.
  job_control_groups(control_group_settings wanted, pid_t front, leftover_rule common,
                     run_board* board);

  /// What was asked for of the whole run must be had before it starts.
  /// \throws usage_error
  void require();

  /// Such a limit beside --cgroup never, in words for people.
  static std::string refused_never(const group_limits& limits);

  bool wants(const job_settings& job) const noexcept {
    return settings_.use == control_group_use::require || has_limits(job) ||
           (settings_.use == control_group_use::automatic &&
            job.leftovers.value_or(common_) != leftover_rule::leave);
  }

  /// \returns null where the job runs without, with `why` empty, or cannot run: then it says why.
  std::unique_ptr<job_control_group> make(attempt_id id, const job_settings& job, std::string& why);

  /// Its attempt is over. \param then what becomes of what is in it.
  void over(std::unique_ptr<job_control_group> group, fate then);

  // What attempts that are over have left in theirs, and is to be ended with the run.
  std::vector<pid_t> kept_processes();
  void kill_kept() const;

  /// Lines for people; one that comes while there is no listener waits.
  void tell_to(std::function<void(const std::string&)> listener);

 private:
  static bool has_limits(const job_settings& job) noexcept {
    return job.process && job.process->group;
  }
  bool open(std::string& why);
  void tell(const std::string& line);

  const control_group_settings settings_;
  const pid_t front_;
  const leftover_rule common_;
  run_board* const board_;
  std::unique_ptr<run_control_group> run_;
  std::string why_none_;  ///< it was tried
  std::vector<std::unique_ptr<job_control_group>> kept_;
  std::function<void(const std::string&)> listener_;
  std::vector<std::string> untold_;
};

}  // namespace weir
