/// A server's settings, and what it reports.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <string_view>
#include <utility>

#include <weir/scheduler_options.hpp>

namespace weir::web {

/// A failure without a caller: of a handler (its client got a 500), of accept, of a stream.
struct failure {
  std::string_view message;      ///< "Handler failed", "Accept failed"; valid during the call
  std::string_view request;      ///< "GET /users/7", or empty; valid during the call
  std::exception_ptr exception;  ///< never null
};
/// Called on the server's executor; what it throws is written to standard error.
using failure_handler = std::function<void(const failure&)>;

/// Settings of a server, to be chained: `server_options().sessions(500).grace(20s)`. Times may be
/// `forever`. \throws std::invalid_argument for a negative setting.
class server_options {
 public:
  /// The maximum number of connections, at least 1; beyond it, accept waits. Default 1000.
  server_options& sessions(std::size_t most);
  /// The maximum size of a request's head in bytes; beyond it, 431 (or 414, if the target is too
  /// long). At least 256, default 16 KiB. Also limits how much of pipelined requests is read ahead.
  server_options& header_limit(std::size_t bytes);
  /// How long a head may take to arrive, from its first byte, or for the first one from the
  /// connection. Default 10 s.
  server_options& header_timeout(std::chrono::nanoseconds time);
  /// How long a connection may wait for its next request. Default 60 s.
  server_options& idle_timeout(std::chrono::nanoseconds time);
  /// How long a request may take from its head to its response, or to the first write of one sent
  /// in pieces; then the handler is cancelled and the response is 503, or 408 if it was waiting for
  /// the body. Does not apply to atomic handlers. Default 2 min.
  server_options& request_timeout(std::chrono::nanoseconds time);
  /// How long reading a body, or writing, may go without progress. Default 30 s.
  server_options& stall_timeout(std::chrono::nanoseconds time);
  /// How long drain lets running requests continue before it cancels their handlers. Default 10 s.
  server_options& grace(std::chrono::nanoseconds time);
  /// How long a cancelled handler may take to end. Default 100 ms, like the scheduler's.
  server_options& close_timeout(std::chrono::nanoseconds time);
  /// Whether a client that shuts down its sending side is still waiting for its response. Default
  /// false: most such clients have gone, so the handler is cancelled.
  server_options& half_close(bool waits);
  /// Called with failures; empty: one line on standard error.
  server_options& on_error(failure_handler told);

  // The current values.
  std::size_t sessions() const noexcept { return sessions_; }
  std::size_t header_limit() const noexcept { return header_limit_; }
  std::chrono::nanoseconds header_timeout() const noexcept { return header_timeout_; }
  std::chrono::nanoseconds idle_timeout() const noexcept { return idle_timeout_; }
  std::chrono::nanoseconds request_timeout() const noexcept { return request_timeout_; }
  std::chrono::nanoseconds stall_timeout() const noexcept { return stall_timeout_; }
  std::chrono::nanoseconds grace() const noexcept { return grace_; }
  std::chrono::nanoseconds close_timeout() const noexcept { return close_timeout_; }
  bool half_close() const noexcept { return half_close_; }
  const failure_handler& on_error() const noexcept { return on_error_; }

 private:
  std::size_t sessions_ = 1000;
  std::size_t header_limit_ = 16 * 1024;
  std::chrono::nanoseconds header_timeout_ = std::chrono::seconds(10);
  std::chrono::nanoseconds idle_timeout_ = std::chrono::seconds(60);
  std::chrono::nanoseconds request_timeout_ = std::chrono::minutes(2);
  std::chrono::nanoseconds stall_timeout_ = std::chrono::seconds(30);
  std::chrono::nanoseconds grace_ = std::chrono::seconds(10);
  std::chrono::nanoseconds close_timeout_ = std::chrono::milliseconds(100);
  bool half_close_ = false;
  failure_handler on_error_;
};

/// What a server did between the call of serve and its return.
struct serve_report {
  std::uint64_t accepted = 0;     ///< connections
  std::uint64_t answered = 0;     ///< responses written completely
  std::uint64_t aborted = 0;      ///< requests without a complete response
  std::uint64_t idle_closed = 0;  ///< connections that drain found idle
  std::uint64_t cancelled = 0;    ///< handlers cancelled at the end of the grace
  std::uint64_t still_running =
      0;  ///< handlers that outlived close_timeout; they keep running, unmanaged
  close_report
      jobs;  ///< background jobs and shields, of all applications, still running at the end
  close_report atomics;  ///< atomic handlers still running at the end
};

}  // namespace weir::web
