/// The block of a stream that an attempt reads, fed into a pipe.
///
/// As much as fits is in the pipe before the process starts, which for most blocks is all of it.
/// The rest follows as the job reads; bytes of a file go from the page cache into the pipe, and are
/// never copied here. Whether the job reads all of it is its own business. Input from a stream that
/// several jobs share arrives while they run.
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

  /// Makes the pipe and fills it; starts from the beginning if the attempt is started again.
  /// \returns 0 and the job's end of it, or an errno value.
  int open(const block_input& block, owned_fd& read_end);
  /// The same, but nothing is written yet.
  int open(const stream_input& share, owned_fd& read_end);
  /// From now on, writes what did not fit, and reports what has been lost so far.
  void watch();
  /// The job then sees the end of its input.
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
  bool is_wide_ = false;      ///< the pipe has been widened
  timer_queue::timer pause_;  ///< before a pipe with room is filled again
  owned_fd file_;
  const block_input* block_ = nullptr;
  std::shared_ptr<block_stream> stream_;
  bool is_running_ = false;    ///< the job runs: before that, the run is not told to end it
  std::optional<int> lost_;    ///< an error before that, as for lose()
  std::uint64_t written_ = 0;  ///< bytes of both parts; or of the current piece
};

}  // namespace weir
