/// One output of weir: everything that goes to fd 1 or 2 goes through here, in one order.
///
/// Bytes are written at once if possible; what would block is queued, and the producer is asked to
/// wait. Small writes are gathered until the end of the loop's turn, so that ten thousand jobs
/// printing ten bytes are not ten thousand system calls; there is no timer, so nothing waits longer
/// than a turn. An error is reported once; after that everything is dropped and nothing ever waits:
/// the run is about to stop. It does not know jobs or lines, only whether the last byte was a
/// newline, and makes way for what a terminal shows below the output (footer).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weir/awaitable.hpp>
#include <weir/error.hpp>
#include <weir/output_sink.hpp>

#include "files/footer.hpp"
#include "files/temporary_file.hpp"
#include "loop/completion.hpp"
#include "loop/nonblocking.hpp"

namespace weir {

class writer {
 public:
  /// \param fd is borrowed; none of its flags change.
  /// \param name for messages: "stdout".
  /// \param broken errno value with which the first byte written fails, because fd was closed when
  /// weir started (standard_streams); 0: it works.
  writer(const loop_executor& loop, int fd, std::string name, int broken = 0);
  writer(const writer&) = delete;
  writer& operator=(const writer&) = delete;
  ~writer();

  /// Takes all the bytes, copying what cannot be written now.
  /// \returns wait if the producer should hold back until `advanced`.
  flow write(std::span<const char> bytes);
  /// The same without copying.
  flow write(std::string&& bytes);
  /// Takes part of a file, in order with the bytes; it is released as it is written.
  flow send(file_range range);

  /// Whether the queue waits for a slow reader (or, if there is much to send, for its next turn).
  bool congested() const noexcept { return blocked_; }
  /// Bytes in memory that were taken but not written yet.
  std::size_t queued_memory() const noexcept { return queued_memory_; }
  /// Pieces taken but not written yet; 0: idle.
  std::size_t queue_length() const noexcept { return queue_.size(); }

  /// Bytes taken since the beginning, also those dropped after a failure, and bytes written.
  std::uint64_t taken() const noexcept { return taken_; }
  std::uint64_t sent() const noexcept { return sent_; }

  /// Writes as much as possible without blocking, now rather than at the end of the turn.
  void flush();
  /// Drops what has not been written: the reader has had its time. Later writes work as usual.
  void drop_queue();
  /// Suspends until everything taken has been written, or the output has failed. One call at a
  /// time.
  awaitable<void> drain();

  /// Called from the loop each time a congested queue has advanced, including when it is no longer
  /// congested or the output has failed.
  std::function<void()> advanced;
  /// Called once, from the loop, when the output has failed: "stdout: No space left on device".
  /// EPIPE: the reader is gone.
  std::function<void(const io_error&)> failed;
  /// What a terminal shows below the output: it makes way for every burst of bytes.
  /// \param shown must outlive this, or be reset with null. Ignored if there is no terminal.
  void show_below(footer* shown) noexcept { footer_ = is_terminal() ? shown : nullptr; }
  /// Whether text around a burst was only partly written: nobody else may then write there.
  bool is_amid_footer() const noexcept { return !ornament_.empty(); }

  /// errno value of the failure; 0: none.
  int error() const noexcept { return error_; }
  const loop_executor& executor() const noexcept { return loop_; }
  bool is_terminal() const noexcept { return output_.is_terminal(); }
  /// Whether the last byte written ended a line: a display may then draw below it. Only known for
  /// terminals and if send() was not used; true before the first byte.
  bool at_line_start() const noexcept { return at_line_start_; }

 private:
  struct chunk {
    std::string bytes;
    std::size_t done = 0;  ///< of bytes
    file_range range;      ///< used if it has a file
  };

  bool has_failed();
  void flush_at_end_of_turn();
  void queue_bytes(std::span<const char> bytes);
  void transfer_queue();
  void transfer(chunk& front);
  void transfer_file(file_range& range);
  std::uint64_t copy_from_file(const file_range& range);
  std::size_t write_some(std::span<const char> bytes);
  void transfer_above_footer();
  void transfer_file_above_footer();
  std::size_t gather(std::string& burst) const;
  void put_footer_back(bool moved);
  void send_burst();
  std::size_t write_once(std::string_view bytes);
  void take_from_queue(std::size_t count);
  void wait_until_ready();
  void go_on_next_turn();
  void unblock();
  void fail(const io_error& error);

  loop_executor loop_;
  nonblocking output_;
  std::string name_;
  int broken_;
  int error_ = 0;
  bool blocked_ = false;
  bool flush_posted_ = false;
  bool may_send_file_ = true;
  bool at_line_start_ = true;
  footer* footer_ = nullptr;
  bool lifted_ = false;   ///< the footer is off the screen for the current burst
  std::string ornament_;  ///< bytes around the output that have not been written
  std::size_t queued_memory_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t sent_this_turn_ = 0;  ///< bytes of files
  std::deque<chunk> queue_;
  std::vector<char> copy_buffer_;
  std::shared_ptr<bool> alive_;  ///< false once destroyed; handlers may still run in the loop
  completion emptied_;           ///< what drain waits for
};

}  // namespace weir
