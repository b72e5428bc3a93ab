/// The block of a stream that an attempt reads, carried into a pipe.
///
/// What fits is in the pipe before the process starts, which for most blocks is all of it. The rest
/// follows as the job reads; bytes of a file go from the page cache into the pipe, and are never
/// copied here. A job that reads no further is none of our business. What several jobs share of one
/// stream comes while they run.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <weir/block_stream.hpp>
#include <weir/executor.hpp>

#include "loop/owned_fd.hpp"
#include "loop/poll_set.hpp"
#include "loop/timer_queue.hpp"
#include "process/local_site.hpp"

namespace weir {

class attempt_input {
 public:
  /// Both must outlive this.
  attempt_input(local_site& site, const attempt_request& request)
      : site_(site), request_(request), pipe_(*this) {}
  attempt_input(const attempt_input&) = delete;
  attempt_input& operator=(const attempt_input&) = delete;
  ~attempt_input() { close(); }

  /// Makes the pipe and fills it; again from the beginning when the attempt is started again.
  /// \returns 0 and the job's end of it, or an errno.
  int open(const block_input& block, owned_fd& read_end);
  /// The same, but nothing is written yet.
  int open(const stream_input& share, owned_fd& read_end);
  /// What has not fitted follows from now on; what was lost until now is told.
  void watch();
  /// The job sees its end.
  void close() noexcept;

 private:
  struct channel final : poll_set::watch {
    explicit channel(attempt_input& i) : input(i) {}
    void ready(poll_set::readiness) override { input.found_room(); }
    attempt_input& input;
  };

  int open_pipe(owned_fd& read_end, bool wide);
  int make_file(const block_input& block, owned_fd& read_end);
  void found_room();
  void wait_for_room();
  void fill();
  bool fill_from_block();
  bool fill_from_stream();
  bool end(int error);
  ssize_t write_some();
  void lose(int error);

  local_site& site_;
  const attempt_request& request_;
  channel pipe_;
  bool is_wide_ = false;      ///< the pipe
  timer_queue::timer pause_;  ///< before what has room is filled
  owned_fd file_;
  const block_input* block_ = nullptr;
  std::shared_ptr<block_stream> stream_;
  bool is_running_ = false;    ///< the job: before that the run is not told to end it
  std::optional<int> lost_;    ///< before that, as lose() takes it
  std::uint64_t written_ = 0;  ///< bytes of both parts; of the piece at hand
};

}  // namespace weir
