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
  worker_process() = default;
  worker_process(const worker_process&) = delete;
  worker_process& operator=(const worker_process&) = delete;
  /// Kills it, with its group, if it still runs.
  virtual ~worker_process() = default;

  virtual int in() const = 0;
  virtual int out() const = 0;
  /// Nobody reads or writes there any more: the command sees the end of its input.
  virtual void close() = 0;
  virtual void signal(int signal) = 0;
  /// KILL to what is left of its group, even if the process itself has ended.
  virtual void kill_group() = 0;

  virtual bool has_ended() const = 0;
  /// "exit 255"; empty while it runs.
  virtual std::string how_it_ended() const = 0;

  std::function<void()> ended;
  std::function<void(const std::string& line)> said;
};

class spawned_worker final : public worker_process {
 public:
  /// Starts it. \param argv looked for in PATH. \throws io_error
  spawned_worker(const loop_executor& loop, const std::vector<std::string>& argv,
                 const inherited_state& state);
  ~spawned_worker() override;

  int in() const override { return stdout_.value(); }
  int out() const override { return stdin_.value(); }
  void close() override;
  void signal(int signal) override;
  void kill_group() override;
  bool has_ended() const override { return status_.has_value(); }
  std::string how_it_ended() const override;

 private:
  struct exit_watch final : poll_set::watch {
    explicit exit_watch(spawned_worker& p) : process(p) {}
    void ready(poll_set::readiness) override { process.reap(); }
    spawned_worker& process;
  };
  struct line_watch final : poll_set::watch {
    explicit line_watch(spawned_worker& p) : process(p) {}
    void ready(poll_set::readiness) override { process.read_lines(); }
    spawned_worker& process;
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
