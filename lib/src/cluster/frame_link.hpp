/// Both ends of the stream between a run and a worker: frames out, frames in, on the loop.
///
/// Frames are gathered until the end of the loop's turn, so that those of many jobs take one write;
/// what cannot be written is kept, and the senders bound it: a job's output by its credit, jobs by
/// their slots. Neither descriptor's flags are changed, since others may share it. Whatever ends
/// the stream is reported once.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <weir/awaitable.hpp>

#include "cluster/frame.hpp"
#include "cluster/message.hpp"
#include "loop/nonblocking.hpp"
#include "loop/poll_set.hpp"
#include "loop/time_source.hpp"

namespace weir {

class frame_link {
 public:
  using clock = std::chrono::steady_clock;

  class owner {
   public:
    virtual ~owner() = default;
    /// For the side that expects a greeting.
    virtual void greeted(const greeting&) {}
    virtual void take(const frame& one) = 0;
    /// Nothing more comes in or goes out. \param why for people. May destroy the link.
    virtual void broken(const std::string& why) = 0;
    /// What was kept has been written, or so much of it that others need not wait any more.
    virtual void advanced() {}
  };

  /// Listens from now on. The descriptors must stay open as long as the link exists, and `time`,
  /// too. \throws io_error if one of them cannot be waited for.
  frame_link(const loop_executor& loop, const time_source& time, int in, int out,
             std::size_t most_body, bool expects_greeting, owner& to);
  frame_link(const frame_link&) = delete;
  frame_link& operator=(const frame_link&) = delete;
  ~frame_link();

  template <typename Message>
  void send(frame_kind kind, const Message& message) {
    if (broken_) return;
    append_message(queue_, kind, message);
    flush_at_end_of_turn();
  }
  void send(frame_kind kind);
  void send_text(std::string_view text);
  /// Writes now as much as it can without blocking.
  void flush();

  /// So much is kept that senders had better wait.
  bool is_congested() const noexcept { return queue_.size() - sent_ > most_kept; }
  bool is_idle() const noexcept { return queue_.size() == sent_; }

  /// When something was last received, and last sent.
  clock::time_point heard() const noexcept { return heard_; }
  clock::time_point spoke() const noexcept { return spoke_; }
  /// Text that came before the greeting.
  const std::string& noise() const noexcept { return greeting_.noise(); }

 private:
  static constexpr std::size_t most_kept = 256 * 1024;

  struct input final : poll_set::watch {
    explicit input(frame_link& l) : link(l) {}
    void ready(poll_set::readiness what) override;
    frame_link& link;
  };

  void read_some();
  bool greet(std::string_view& bytes);
  void hand_out();
  void flush_at_end_of_turn();
  void wait_until_writable();
  void end(std::string why);

  loop_executor loop_;
  const time_source& time_;
  owner& owner_;
  input input_;
  nonblocking output_;
  frame_reader reader_;
  greeting_reader greeting_;
  bool expects_greeting_;
  bool broken_ = false;
  bool flush_posted_ = false;
  bool waits_to_write_ = false;
  bool was_kept_ = false;
  std::string queue_;
  std::size_t sent_ = 0;  ///< bytes of the queue
  clock::time_point heard_;
  clock::time_point spoke_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< for late callbacks
};

}  // namespace weir
