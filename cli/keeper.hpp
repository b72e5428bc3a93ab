/// The process in front: the one that was started, and that users, shells and supervisors see.
///
/// The run itself, the engine, is its child. The keeper passes signals on, stops and continues with
/// the engine, and exits as it did. Only another process can react to a kill -9: if the engine is
/// killed or crashes, the keeper, a child subreaper (prctl(2)), ends every descendant that a job
/// may not leave, according to the board; if the keeper is killed, the kernel wakes the engine
/// (SIGCONT), and it stops in order. Only the keeper can wake an engine that a job has stopped: it
/// does.
///
/// It knows no job, no option and no output, holds no descriptor but stderr, and allocates nothing
/// while all goes well: what it does not have cannot break. It is a fork rather than a program of
/// its own, since an exec would cost more than all the rest.
#pragma once

#include <sys/types.h>

#include "process/run_board.hpp"
#include "process/token_pipe.hpp"
#include "signals.hpp"

namespace weir::cli {

/// Where the run goes on after the fork.
struct kept {
  pid_t front = 0;             ///< the process that users know: the keeper, or this one without it
  bool by_keeper = false;      ///< this is a child of `front`, which waits for it
  run_board* board = nullptr;  ///< what it has to know about the run; null: nobody reads it
  token_pipe* tokens = nullptr;  ///< what jobs need to run; null: nothing

  /// Ends the engine in order, so that `front` exits with this status.
  [[noreturn]] void leave(int status) const;
  /// Ends the engine in order, so that `front` dies of this signal.
  [[noreturn]] void leave_by(int signal) const;
  /// Ends the engine with this status after an error that may have left jobs running: the keeper
  /// ends them.
  [[noreturn]] void leave_in_disorder(int status) const;
};

/// Divides this process. Returns only in the engine; the keeper stays until the engine has ended,
/// and exits. If there is no room for another process, this one goes on alone. Call it while there
/// is one thread, no child of weir's and nothing in stdio's buffers.
/// \param tokens those that the engine leaves behind are given back; null if there are none.
kept divide(signals& heard, token_pipe* tokens);

}  // namespace weir::cli
