/// Whose a process is, decided from what was recorded; it looks at nothing itself.
///
/// A process can leave its group, its session, its parents and its environment; usually it leaves
/// only some. So the evidence is combined, the strongest first:
///
/// 1. it is a running job's main process, or in the group or session that one leads;
/// 2. it was recorded before, with this start time;
/// 3. it shares the group or session of a recorded process, or of a main process that has just
/// ended;
/// 4. its parent's owner, up to the root, which is a subreaper: orphans become its children;
/// 5. the environment that an orphan was executed with;
/// 6. the one job that can have started an orphan, by time.
///
/// What identifies an orphan is recorded when it is first seen, since later looks know less. The
/// engine keeps such a record, and the keeper makes one from what the engine left behind.
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

/// One execution of a job, by which its processes are known. A seq of 0: of no known job.
struct attempt_id {
  std::uint64_t seq = 0;
  unsigned attempt = 0;
  auto operator<=>(const attempt_id&) const = default;
};

/// What happens to a process that outlives its job's main process.
enum class fate : std::uint8_t {
  open,  ///< its job runs, or is not known: it is ended when the run is stopped
  left,  ///< left alone, however the run ends
  ends,  ///< ended when the run ends
  /// Cannot be told while it executes a program, since it then has no environment: look again.
  unclear,
};

struct ownership {
  attempt_id job;
  fate then = fate::open;
  auto operator<=>(const ownership&) const = default;
};

/// A process whose parent is the root, but which is no job's main process.
struct orphan {
  process_entry process;
  ownership of;
  bool gone = false;  ///< reaped; what it led may still live
};

class process_owners {
 public:
  /// The job that the environment of a process names; seq 0: none; nullopt: it has no environment
  /// at this moment.
  using mark_reader = std::function<std::optional<attempt_id>(pid_t)>;
  using predicate = std::function<bool(const process_entry&)>;

  /// \param root the subreaper.
  /// \param session its own, which jobs share, so that it identifies nothing.
  /// \param unrecorded what happens to the orphans of jobs that have ended unnoticed.
  process_owners(pid_t root, pid_t session, fate unrecorded);

  /// \param since when, in the units of process_entry::start_time.
  void starts(pid_t leader, attempt_id job, std::uint64_t since);
  /// The main process has been reaped.
  /// \param then what happens to what it leaves.
  void ends(pid_t leader, fate then);
  bool is_leader(pid_t pid) const { return find_leader(pid) != nullptr; }

  /// Records an orphan whose fate is clear.
  void add(const orphan& seen) { orphans_.push_back(seen); }
  bool knows(pid_t pid) const;
  void reaped(pid_t pid);
  /// All existing orphans have been recorded: what only served to identify them is forgotten.
  void looked();
  const std::vector<orphan>& orphans() const noexcept { return orphans_; }

  /// Whose the process is.
  /// \param spared processes that belong to nobody now, and nor do their descendants.
  /// \param table as returned by read_process_table(); the root need not be in it.
  ownership of(const process_entry& process, const std::vector<process_entry>& table,
               const predicate& spared, const mark_reader& marks) const;

  /// The same for a child of the root.
  ownership of_child(const process_entry& process, const mark_reader& marks) const;

  /// All living processes that belong to a job, in the order of their owners, then of age: what
  /// waits for another comes before it. They are recorded until the next call, so that they keep
  /// their owner when they lose their parents.
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
