/// What the engine shows the keeper in case it is killed: memory that both share.
///
/// When the engine dies, its children become the keeper's, and everything it knew about them is
/// gone: which processes belong to running jobs, and which were left by jobs that are over and are
/// to be spared. The engine records that here as it happens, at the cost of a write to memory. A
/// place is filled before its pid is set, so that one that was being written when the engine died
/// is empty.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "process/job_mark.hpp"
#include "process/process_owners.hpp"

namespace weir {

class run_board {
 public:
  /// Maps the memory: to be called before the fork. Without memory, the board is empty and stays
  /// so.
  run_board();
  run_board(const run_board&) = delete;
  run_board& operator=(const run_board&) = delete;
  ~run_board();

  /// Sets the marks of this run, and what happens to orphans of jobs that have ended.
  void describe(const run_mark& run, fate unrecorded) noexcept;

  /// The control group of the run, as a directory.
  void show_group(const std::string& path) noexcept;

  /// A main process of that job is about to be born: until put(), it has no pid here, but may be
  /// running.
  void starting(attempt_id job) noexcept;
  /// A place for a main process; ~0 if there is none.
  std::size_t put(pid_t leader, attempt_id job, std::uint64_t since) noexcept;
  void take_back(std::size_t place) noexcept;

  /// Shows the current orphans.
  void show(const std::vector<orphan>& orphans) noexcept;

  /// What the engine has changed of the terminal: see hide_keys.
  std::atomic<unsigned>& hidden_echo() noexcept;

  /// Records an exit status that means something else to the keeper.
  void leave_with(int status) noexcept;
  /// 0 if there is none.
  int status_to_leave_with() const noexcept;

  /// For the keeper, after the engine has died.
  run_mark run() const;
  /// Empty: the run has no control group.
  std::string group() const;
  /// The job whose main process may have been born without a place; nullopt if none.
  std::optional<attempt_id> being_started() const noexcept;
  /// \param root the keeper, now the parent of all orphans.
  process_owners owners(pid_t root, pid_t session) const;
  /// Whether any job was started.
  bool was_used() const noexcept;
  /// The groups of main processes, and of what was left but is not to be.
  std::vector<pid_t> groups_to_end() const;

 private:
  struct shown;
  shown* shown_ = nullptr;
  std::vector<std::size_t> free_;  ///< used only by the engine
  std::size_t used_ = 0;
  std::atomic<unsigned> unshared_echo_ = 0;  ///< without memory
};

}  // namespace weir
