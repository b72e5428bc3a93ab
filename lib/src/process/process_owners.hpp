/// Whose a process is: decided from what was recorded, without a look at anything.
///
/// A process can leave its group, its session, its parents and its environment; mostly it leaves
/// some of them. So the evidence is combined, the strongest first:
///
/// 1. it is a running job's main process, or in the group or session that one leads;
/// 2. it was recorded before, with this start time;
/// 3. its group or session is that of a recorded process, or of a main process that has just ended;
/// 4. its parent's owner, up to the root, which is a subreaper: orphans become its children;
/// 5. the environment that an orphan was executed with;
/// 6. the one job that can have started an orphan, by time.
///
/// What an orphan is told by is recorded when it is first seen, since later looks know less. The
/// engine keeps such a record, and the keeper makes one of what the engine left behind.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "process/process_table.hpp"

namespace weir {

/// One execution of a job, as its processes are known by. A seq of 0: of none that is known.
struct attempt_id {
  std::uint64_t seq = 0;
  unsigned attempt = 0;
  auto operator<=>(const attempt_id&) const = default;
};

/// What becomes of a process that outlives its job's main process.
enum class fate : std::uint8_t {
  open,  ///< its job runs, or is not known: what stops the run ends it
  left,  ///< left alone, in whatever way the run ends
  ends,  ///< ended with the run
  /// Not told by anything while it executes a program, for then it has no environment: look again.
  unclear,
};

struct ownership {
  attempt_id job;
  fate then = fate::open;
  auto operator<=>(const ownership&) const = default;
};

/// A process whose parent is the root, though it is no job's main process.
struct orphan {
  process_entry process;
  ownership of;
  bool gone = false;  ///< reaped; what it led may live
};

class process_owners {
 public:
  /// The job that the environment of a process names; seq 0: none; nothing: it has no environment
  /// at this moment.
  using mark_reader = std::function<std::optional<attempt_id>(pid_t)>;
  using predicate = std::function<bool(const process_entry&)>;

  /// \param root the subreaper.
  /// \param session its own, which jobs share: it tells nothing.
  /// \param unrecorded what becomes of the orphans of jobs that have ended unnoticed.
  process_owners(pid_t root, pid_t session, fate unrecorded);

  /// \param since when, as process_entry::start_time counts.
  void starts(pid_t leader, attempt_id job, std::uint64_t since);
  /// The main process was reaped.
  /// \param then what becomes of what it leaves.
  void ends(pid_t leader, fate then);
  bool is_leader(pid_t pid) const { return find_leader(pid) != nullptr; }

  /// Records an orphan whose fate is clear.
  void add(const orphan& seen) { orphans_.push_back(seen); }
  bool knows(pid_t pid) const;
  void reaped(pid_t pid);
  /// All orphans that there are were recorded: what only served to tell them is forgotten.
  void looked();
  const std::vector<orphan>& orphans() const noexcept { return orphans_; }

  /// Whose the process is.
  /// \param spared processes that belong to nobody now, nor what descends from them.
  /// \param table as read_process_table() gives it; the root need not be in it.
  ownership of(const process_entry& process, const std::vector<process_entry>& table,
               const predicate& spared, const mark_reader& marks) const;

  /// The same for a child of the root.
  ownership of_child(const process_entry& process, const mark_reader& marks) const;

  /// All living processes that belong to a job, in the order of their owners. They are recorded
  /// until the next call, so that they keep their owner when they lose their parents.
  const std::vector<std::pair<ownership, process_entry>>& divide(
      const std::vector<process_entry>& table, const predicate& spared, const mark_reader& marks);

 private:
  struct leader {
    pid_t pid;
    attempt_id job;
    std::uint64_t since;
    fate then;
    bool can_have_started(const process_entry& process) const;
  };
  using recorded = std::pair<ownership, process_entry>;

  const leader* find_leader(pid_t pid) const;
  ownership of_job(attempt_id job) const;
  const ownership* by_record(const process_entry& process) const;
  bool by_number(const process_entry& process, ownership& owner) const;
  bool by_what_is_led(const process_entry& process, ownership& owner) const;
  ownership by_time(const process_entry& process) const;
  bool is_with(const process_entry& process, const process_entry& known) const;

  pid_t root_;
  pid_t session_;
  fate unrecorded_;
  std::vector<leader> leaders_;  ///< sorted by pid
  std::vector<leader> ended_;    ///< since the last look
  std::vector<orphan> orphans_;
  std::vector<recorded> divided_;
  std::vector<recorded> divided_by_pid_;
};

}  // namespace weir
