/// A connection's bytes: those that have arrived and were not consumed yet, one reader and one
/// writer at a time, and a watch for the client's departure. It knows no HTTP.
#pragma once

#include <array>
#include <memory>
#include <string>

#include <boost/beast/core/flat_buffer.hpp>
#include <weir/web/http.hpp>
#include <weir/web/stream.hpp>

#include "web/deadlines.hpp"
#include "web/parking.hpp"

namespace weir::web::detail {

/// Shared by the session that serves it, by an atomic handler that outlives the session, and by
/// every pending operation.
class connection : public std::enable_shared_from_this<connection> {
 public:
  using error_code = boost::system::error_code;

  /// Notified when the other side has gone: after its end of sending (eof), or an error.
  struct watcher {
    virtual void client_gone(bool half_closed) = 0;

   protected:
    ~watcher() = default;
  };

  connection(std::unique_ptr<stream> bytes, const boost::asio::any_io_executor& executor,
             deadlines& times, std::size_t read_ahead);

  /// The handshake, if the stream has one.
  /// \returns whether it succeeded.
  awaitable<bool> open();
  /// Waits until input() has grown. If it is cancelled, bytes that arrive meanwhile are kept.
  /// \returns false at the end, after an error, an interruption or if nothing more fits.
  awaitable<bool> read_more();
  /// Makes read_more() return false; a pending operation continues as a watch.
  void interrupt_reading();
  /// Makes read_more() return, with true if bytes had arrived already: what the stream has taken
  /// from the system but not passed on yet is not lost.
  void cancel_reading() noexcept;
  /// Writes all of it.
  /// \returns false if that failed or stalled; then, and if it is cancelled, the connection is
  /// closed.
  awaitable<bool> write(stream::pieces parts);
  /// Shuts down the sending half.
  awaitable<void> shutdown();
  /// Closes everything at once.
  void close() noexcept;
  /// Drops the coroutines that wait here: the loop no longer runs.
  void abandon() noexcept;

  /// Reads ahead, until input() is full, only to notice when the client goes. Notifies `told` at
  /// once.
  void watch(watcher& told);
  void unwatch() noexcept { watcher_ = nullptr; }

  boost::beast::flat_buffer& input() noexcept { return input_; }
  /// Whether no bytes that have arrived wait to be served.
  bool is_quiet() noexcept { return input_.size() == 0 && !stream_->has_input(); }
  /// Whether the client has ended its sending half, or the connection is broken or closed.
  bool ended() const noexcept { return static_cast<bool>(read_error_); }
  bool closed() const noexcept { return closed_; }
  /// Whether the client let a read or a write wait for too long.
  bool stalled() const noexcept { return stalled_; }
  /// Whether reads that stall are to be reported from now on.
  void bound_reading(bool bounded) noexcept { reading_bounded_ = bounded; }
  std::string peer() const { return closed_ ? "" : stream_->peer(); }

 private:
  friend class weir::web::io_done;
  void done(io_done::operation what, error_code error, std::size_t bytes);
  void read_done(error_code error, std::size_t bytes);
  void start_reading();
  void tell_gone();
  void stall();

  std::unique_ptr<stream> stream_;
  deadlines& times_;
  deadline stall_;
  boost::beast::flat_buffer input_;
  /// Where a pending read writes: input_ may be consumed meanwhile, which moves its contents.
  std::array<char, 8192> incoming_;
  parking reader_, writer_;
  watcher* watcher_ = nullptr;
  error_code read_error_, write_error_;
  std::size_t written_ = 0;
  bool reading_ = false;
  bool writing_ = false;
  bool interrupted_ = false;
  bool cancelling_ = false;  ///< the pending read was cancelled, but not the connection
  bool closed_ = false;
  bool stalled_ = false;
  bool reading_bounded_ = false;
};

}  // namespace weir::web::detail
