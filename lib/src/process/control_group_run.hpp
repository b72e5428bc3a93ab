/// The control group of a run, with one group for each job in it (cgroups(7), version 2).
///
/// It is made in the group that weir was started in: BASE/weir-PID-START, with job-SEQ.ATTEMPT for
/// each attempt. Where BASE could hand controllers on, but weir's own processes are in the way, and
/// nobody else's, they go into BASE/weir-PID-START/weir. At the end all of that is undone. Who
/// kills weir leaves the group behind: it is locked while weir lives, so that whoever makes the
/// next one there tells it from that of a living run.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

#include <weir/event.hpp>
#include <weir/process_settings.hpp>

#include "loop/owned_fd.hpp"
#include "process/control_group_text.hpp"
#include "process/process_owners.hpp"

namespace weir {

class run_control_group;

/// The group of one attempt.
class job_control_group {
 public:
  job_control_group(const run_control_group& run, std::string name)
      : run_(run), name_(std::move(name)) {}
  job_control_group(const job_control_group&) = delete;
  job_control_group& operator=(const job_control_group&) = delete;

  /// For a start. \returns one that is none, and errno, where there are too few.
  owned_fd open() const;
  std::vector<pid_t> processes() const;
  bool is_populated() const;
  /// KILL to all of it. \returns whether that could be done.
  bool kill() const;
  bool freeze(bool now) const;
  group_usage usage() const;
  /// \returns whether nothing was left in it.
  bool remove() const;
  /// What is in it was left, and is to stay when weir has gone.
  void mark_left() const;

 private:
  const run_control_group& run_;
  const std::string name_;
};

class run_control_group {
 public:
  /// \param root where proc and sys are looked for: empty for the system's own.
  /// \param own the processes of this weir, the one in front first.
  /// \returns null, and why in words for people.
  static std::unique_ptr<run_control_group> make(const std::string& root, std::vector<pid_t> own,
                                                 std::string& why);
  run_control_group(const run_control_group&) = delete;
  run_control_group& operator=(const run_control_group&) = delete;
  ~run_control_group();

  const std::string& path() const noexcept { return path_; }
  /// Where it is.
  const std::string& base() const noexcept { return base_; }
  int fd() const noexcept { return fd_.value(); }

  bool has(std::string_view controller) const noexcept {
    return std::ranges::find(controllers_, controller) != controllers_.end();
  }

  /// Why no run of this process could give jobs these limits, as far as can be seen without making
  /// a group; empty: nothing is against it. \param root as for make.
  static std::string why_none(const std::string& root, const group_limits& limits);

  /// Why jobs cannot have these limits here; empty: they can.
  std::string why_not(const group_limits& limits) const;

  /// \param limits may be null. \returns null, with `error`, an errno value.
  std::unique_ptr<job_control_group> make_job(attempt_id job, const group_limits* limits,
                                              int& error) const;

 private:
  run_control_group(std::string root, std::string base, std::string path, owned_fd fd);
  void hand_controllers_on(const std::vector<pid_t>& own);
  bool move_into_leaf(const std::vector<pid_t>& own);

  const std::string root_;
  const std::string base_;
  const std::string path_;
  owned_fd fd_;
  std::vector<std::string> controllers_;  ///< of jobs' groups
  bool others_ = false;                   ///< are in the base, which can hand nothing on therefore
};

/// Limits of a group that has the controllers. \returns 0, or an errno value.
int write_limits(int dir, const std::string& group, const group_limits& limits);

}  // namespace weir
