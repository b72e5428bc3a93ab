/// The process behind a worker's stdin and stdout: a command started for it on this machine, such
/// as the worker itself, ssh(1), srun(1) or a container's exec.
///
/// It leads a process group of its own, so that Ctrl-C on a terminal does not reach it, and gets
/// the signals and limits that weir was started with. It is never signalled while its worker may be
/// well: srun(1) kills what it runs. Its stderr consists of lines for people.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include <weir/awaitable.hpp>

#include "loop/owned_fd.hpp"
#include "loop/poll_set.hpp"
#include "process/launcher.hpp"

namespace weir {

class worker_process {
 public:
  /// Starts it. \param argv looked for in PATH. \throws io_error
  worker_process(const loop_executor& loop, const std::vector<std::string>& argv,
                 const inherited_state& state);
  worker_process(const worker_process&) = delete;
  worker_process& operator=(const worker_process&) = delete;
  /// Kills its process group if it still runs.
  ~worker_process();

  int in() const noexcept { return stdout_.value(); }
  int out() const noexcept { return stdin_.value(); }
  /// Nobody reads or writes there any more: the command sees the end of its input.
  void close();
  void signal(int signal);
  /// KILL to what is left of its group, even if the process itself has ended.
  void kill_group();

  bool has_ended() const noexcept { return status_.has_value(); }
  /// "exit 255"; empty while it runs.
  std::string how_it_ended() const;

  std::function<void()> ended;
  std::function<void(const std::string& line)> said;

 private:
  struct exit_watch final : poll_set::watch {
    explicit exit_watch(worker_process& p) : process(p) {}
    void ready(poll_set::readiness) override { process.reap(); }
    worker_process& process;
  };
  struct line_watch final : poll_set::watch {
    explicit line_watch(worker_process& p) : process(p) {}
    void ready(poll_set::readiness) override { process.read_lines(); }
    worker_process& process;
  };

  void spawn(const std::vector<std::string>& argv, const inherited_state& state, int in, int out,
             int err);
  void reap();
  void read_lines();
  void tell_lines(bool at_end);

  pid_t pid_ = -1;
  owned_fd stdin_;
  owned_fd stdout_;
  exit_watch exit_;
  line_watch lines_;
  std::string text_;  ///< an incomplete line of stderr
  std::optional<int> status_;
};

}  // namespace weir
