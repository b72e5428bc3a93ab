/// Processes inside jobs that asked to be spared when their job is ended: see weir-shield(1).
///
/// A shield is a process with its session, group and descendants, for as long as that process
/// lives. Ending the job's tree passes over it (tree_sweeper::spare), and the job is not over
/// before it. It ends by itself, or is ended here: TERM, then KILL, and what waits for it in the
/// job is signalled no later. Which are waited for, and how long, is decided elsewhere.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "loop/poll_set.hpp"
#include "loop/timer_queue.hpp"
#include "process/shield_socket.hpp"
#include "process/tree_sweeper.hpp"

namespace weir {

class shields {
 public:
  /// All must outlive this.
  shields(poll_set& poll, timer_queue& timers, tree_sweeper& sweeper);
  ~shields();

  /// Takes requests from now on. \returns the value of WEIR_SHIELD for jobs, or an empty string if
  /// no socket is available: then commands run without a shield.
  const std::string& listen();

  const std::string& name() const noexcept { return socket_.name(); }

  /// Takes no more requests: commands then run without a shield.
  void close() noexcept { socket_.close(); }
  bool is_listening() const noexcept { return socket_.is_open(); }

  /// Called each time that a job may have got its first, or lost its last.
  std::function<void()> changed;

  // Those of one job.
  /// TERM, and KILL after the job's grace. No more are granted in it.
  void end_those_of(process_tree& job);
  /// KILL, until they are gone. No more are granted in it.
  void kill_those_of(process_tree& job);
  void signal_those_of(const process_tree& job, int signal);
  /// Stops waiting for them.
  void forget_those_of(process_tree& job);

 private:
  struct shield;

  bool grant(pid_t pid, owned_fd pidfd);
  void ended(shield& s);
  void end(shield& s);
  void kill(shield& s);
  void kill_again(shield& s);
  void tell(shield& s, int signal);

  poll_set& poll_;
  timer_queue& timers_;
  tree_sweeper& sweeper_;
  shield_socket socket_;
  std::vector<std::unique_ptr<shield>> all_;
};

}  // namespace weir
