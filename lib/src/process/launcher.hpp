/// Starts processes at the kernel's speed.
///
/// clone3(CLONE_VM) without CLONE_VFORK: the child borrows our memory, on a small stack of its own,
/// until it executes, and meanwhile we go on. That halves the cost of a start against vfork (no
/// suspension) and against fork (no page tables copied). Where clone3 is refused (a seccomp filter,
/// an old kernel, another architecture) posix_spawn(3) is used instead, chosen at run time.
///
/// With hundreds of descriptors open, copying their table is most of a start (2.2 ms at 30 000).
/// With that many, the child shares the table until its first call, close_range(2) with
/// CLOSE_RANGE_UNSHARE, which copies only the few below weir's own.
///
/// A child leads a process group and lets go of the controlling terminal (TIOCNOTTY, tty_ioctl(4)):
/// the group is signalled as one, receives nothing that is typed, and a read of /dev/tty fails with
/// ENXIO instead of stopping it by SIGTTIN. A session would do the same, but the kernel schedules
/// sessions as groups (sched_autogroup_enabled, sched(7)): a new one costs 3 to 8 % of a no-op job,
/// hides nice(1) of this process from its children, and gives each of them the share of a whole
/// login.
///
/// The child may be slow to execute: what it reads until then must outlive its caller. So a start
/// takes no pointers: the words and names are in an execution_block that the start's ticket owns,
/// and the rest belongs to the launcher.
///
/// It knows nothing of output or waiting. Boost.Process v2's launchers would fit here, but they
/// fork (360 µs instead of 65) and leave a zombie when exec fails; its basic_process hides the
/// descriptor that must be waited for, so a handle of our own is returned.
#pragma once

#include <array>
#include <csignal>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <sys/types.h>

#include "loop/owned_fd.hpp"
#include "process/shield_asking.hpp"

namespace weir {

/// What a started program gets back of what weir has changed for itself.
struct inherited_state {
  sigset_t mask{};  ///< signals blocked
  /// Ignored in this process now, but default in children; each costs one system call per start. A
  /// handler that does nothing needs no entry and costs nothing: clone and exec reset it.
  std::vector<int> default_signals;
  std::vector<int> ignored_signals;  ///< default or handled here now, but ignored in children
  rlimit open_files{};               ///< RLIMIT_NOFILE
  bool restore_open_files = false;

  /// As the process is now: nothing is changed for children but handlers, which exec resets anyway.
  static inherited_state current();
};

class execution_block;

/// Instead of a descriptor for fd 0: the child opens /dev/null itself.
constexpr int null_by_itself = -2;

/// Descriptors of a program, which may be closed as soon as it has been started.
struct launch_streams {
  int in = -1;            ///< becomes fd 0; -1: inherited
  int out = -1;           ///< becomes fd 1; -1: inherited
  int err = -1;           ///< becomes fd 2; -1: inherited
  int group = -1;         ///< a control group, which it is born in; -1: weir's own
  bool terminal = false;  ///< fd 1 is a terminal, which is to be its own
};

/// The steps of a child up to executing the program, as far as they may fail.
enum class launch_step { program, directory, group, limits, nice, ionice };

/// The place of one start in flight: what the child runs on and reads, and what it reports about
/// its exec. Kept until the child has been reaped, then given back by destroying it.
class launch_ticket;

/// A child of this process that leads a process group.
struct launched {
  pid_t pid = -1;
  int pidfd = -1;  ///< close-on-exec; owned by the receiver. -1: get it from open_pidfd()
};

/// When descriptors are scarce, a start leaves this until those of the streams have been closed.
/// \returns 0, or an errno value: then the child has been killed and reaped.
int open_pidfd(launched& child);

enum class launch_method { clone, posix_spawn };

class launcher {
 public:
  explicit launcher(inherited_state state, launch_method preferred = launch_method::clone);
  launcher(const launcher&) = delete;
  launcher& operator=(const launcher&) = delete;
  ~launcher();

  /// Starts the command of the ticket's block in a new process group without a terminal, with
  /// PR_SET_PDEATHSIG if clone is used. If the terminal cannot be let go of, and with posix_spawn,
  /// it is a new session. \returns 0, or the errno value of what failed before a child existed
  /// (EAGAIN, ENOMEM, EMFILE), or with posix_spawn that of exec itself (then nothing is left
  /// behind). Call it from one thread, the one that lives longest: its end would kill the children.
  int start(launch_ticket& ticket, launch_streams streams, launched& child);

  /// Sets where each shielded job asks for a shield before it executes: the weirs around this one.
  /// To be called before the first start.
  void ask_around(std::vector<shield_address> weirs) { shields_around_ = std::move(weirs); }

  /// For a program that is to read nothing: /dev/null, open as long as the launcher exists, or
  /// null_by_itself. -1 if it cannot be opened.
  int null_input() const noexcept { return null_input_; }

  launch_method method() const noexcept { return method_; }

  /// Lets go of the ends of pipes that were kept for a child which shared the table. To be called
  /// when a child has exited: only then can the end of its output be seen.
  void child_exited() noexcept;

 private:
  friend class launch_ticket;
  struct stack;

  /// Number of open descriptors from which copying their table costs more than sharing it: 0.08 us
  /// each.
  static constexpr int large_table = 256;

  /// Low numbers for the descriptors that a child sharing the table takes over: in, out and err.
  struct handover {
    std::array<owned_fd, 3> places;
    unsigned first_own = 0;  ///< no program inherits a descriptor from here up; 0: not known yet
    const stack* user = nullptr;  ///< of the child that may still be sharing the table
    bool in_use = false;          ///< the places hold descriptors of a child
  };

  void reserve_places();
  bool hand_over(launch_streams& streams);
  bool handover_is_free() noexcept;

  /// Null if none is to be asked for.
  const std::vector<shield_address>* shields_for(const execution_block& block) const;
  int start_by_clone(launch_ticket& ticket, launch_streams streams, launched& child);
  int start_by_posix_spawn(launch_ticket& ticket, launch_streams streams, launched& child);
  int start_by_fork(launch_ticket& ticket, launch_streams streams, launched& child);

  const inherited_state state_;
  std::vector<shield_address> shields_around_;
  launch_method method_;
  owned_fd nothing_;  ///< /dev/null
  int null_input_ = -1;
  const bool few_;            ///< no descriptor is open that is not essential
  owned_fd terminal_;         ///< the controlling terminal, for children to let go of
  bool has_terminal_ = true;  ///< even if it could not be opened
  std::vector<std::unique_ptr<stack>> free_stacks_;
  handover handover_;
  int highest_fd_ = 0;  ///< as of the last start
};

class launch_ticket {
 public:
  launch_ticket(launcher& owner, std::unique_ptr<execution_block> block);
  launch_ticket(const launch_ticket&) = delete;
  launch_ticket& operator=(const launch_ticket&) = delete;
  ~launch_ticket();

  /// The program is being executed, or the child has ended: its group exists, and nothing reads the
  /// block any more.
  bool executing() const noexcept;

  /// What is executed; null after take_block(). May only be changed while executing(): before the
  /// first start, and between two.
  execution_block* block() const noexcept { return block_.get(); }
  std::unique_ptr<execution_block> take_block() noexcept;  ///< \pre executing()

  /// Gives the stack back before the child is reaped: ten thousand jobs may be running. \pre
  /// executing()
  void settle();

  /// To be called after the child was reaped, or after settle(): 0, or the errno value with which
  /// chdir or execve failed.
  int exec_error() const noexcept;

  /// After exec_error(): the step that failed.
  launch_step failed_step() const noexcept;

 private:
  friend class launcher;
  launcher& owner_;
  std::unique_ptr<execution_block> block_;
  std::unique_ptr<launcher::stack> stack_;
  int error_ = 0;  ///< read from the stack when it was given back
  launch_step failed_step_ = launch_step::program;
};

}  // namespace weir
