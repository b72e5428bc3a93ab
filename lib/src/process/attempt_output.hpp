/// The output of one attempt: two pipes, carried to the job's sink; also handles descendants that
/// hold them open after the main process has gone.
///
/// It reads from its machine and its tree where the attempt stands. It never blocks: a pipe is read
/// when it is ready, and not while the sink asks to wait, so that the job waits, too.
#pragma once

#include <array>
#include <cstdint>

#include <sys/types.h>
#include <sys/uio.h>

#include <weir/executor.hpp>

#include "loop/owned_fd.hpp"
#include "loop/poll_set.hpp"
#include "process/attempt_machine.hpp"
#include "process/local_site.hpp"
#include "process/process_tree.hpp"

namespace weir {

class attempt_output {
 public:
  class owner {
   public:
    virtual ~owner() = default;
    /// Something was read, or a stream has ended. Called from the loop, as its last action: it may
    /// destroy the output.
    virtual void output_moved() = 0;
  };

  /// All must outlive this.
  attempt_output(local_site& site, const attempt_request& request, const attempt_machine& machine,
                 const process_tree& tree, owner& waiting);
  attempt_output(const attempt_output&) = delete;
  attempt_output& operator=(const attempt_output&) = delete;
  ~attempt_output();

  /// Takes the read ends; they are not watched yet.
  void take(owned_fd out, owned_fd err);
  /// Takes our end of a terminal that serves as both streams.
  void take_terminal(owned_fd both);
  /// The descriptor of the terminal, or -1 if there is none.
  int terminal() const noexcept { return out_.terminal ? out_.fd() : -1; }
  /// At least one stream is open: its end has not been read.
  bool is_open() const noexcept { return out_.is_open() || err_.is_open(); }
  void watch();

  /// The process has ended before its output was watched: usually all of it is there, and complete.
  void take_unwatched();
  /// The main process has gone: descendants may hold the output for a while.
  void wait_for_holders();
  /// Their time is over. What was written before is still taken, and the streams are closed, except
  /// one that nobody can write to any more: that waits for the reader.
  void let_go();
  /// Takes what is there, then closes.
  void take_rest();
  void close() noexcept;

  std::uint64_t bytes() const noexcept { return bytes_; }
  /// Whether a descendant kept it open.
  bool leaked() const noexcept { return leaked_; }

 private:
  /// One of the two streams: open until its end has been read. Not watched while stalled.
  struct channel final : poll_set::watch {
    channel(attempt_output& o, output_stream s) : output(o), which(s) {}
    void ready(poll_set::readiness what) override;
    attempt_output& output;
    const output_stream which;
    bool stalled = false;  ///< the sink asked to wait
    bool widened = false;  ///< the pipe's capacity was raised
    bool terminal = false;
  };

  static ssize_t read_terminal(int fd, const iovec& into);
  std::array<channel*, 2> both() noexcept { return {&out_, &err_}; }
  bool transfer(channel& c);
  void count(channel& c, std::size_t moved);
  ssize_t move_some(channel& c, flow& next);
  ssize_t read_some(channel& c);
  void lose(channel& c, int error);
  void wake_stalled();
  bool is_held(const channel& c) const;
  void take_rest(channel& c);

  local_site& site_;
  const attempt_request& request_;
  const attempt_machine& machine_;
  const process_tree& tree_;
  owner& owner_;
  channel out_;
  channel err_;
  std::uint64_t bytes_ = 0;
  std::uint64_t written_by_holders_ = 0;  ///< since the main process ended
  bool leaked_ = false;
};

}  // namespace weir
