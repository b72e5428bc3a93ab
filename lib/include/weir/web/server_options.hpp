/// How a server is set up, and what it reports.
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

/// A failure that has no caller: of a handler (its client got a 500), of accept, of a stream.
struct failure {
  std::string_view message;      ///< "Handler failed", "Accept failed"; valid during the call
  std::string_view request;      ///< "GET /users/7", or empty; valid during the call
  std::exception_ptr exception;  ///< never null
};
/// Runs on the server's executor; what it throws is written to standard error.
using failure_handler = std::function<void(const failure&)>;

/// Settings of a server, chained: `server_options().sessions(500).grace(20s)`. No setting may be
/// negative; `forever` is a time that never comes. \throws std::invalid_argument.
class server_options {
 public:
  /// Most connections at once, at least 1; above, accept waits. Default 1000.
  server_options& sessions(std::size_t most);
  /// Most bytes of a request's head: above, 431 (414 when it is the target). At least 256, default
  /// 16 KiB. It is also how much is read ahead of requests that are pipelined.
  server_options& header_limit(std::size_t bytes);
  /// How long a head may take to come, from its first byte, or from the connection. Default 10 s.
  server_options& header_timeout(std::chrono::nanoseconds time);
  /// How long a connection may wait for its next request. Default 60 s.
  server_options& idle_timeout(std::chrono::nanoseconds time);
  /// How long a request may take from its head to its answer, or to the first write of one that
  /// comes in pieces: above, the handler is cancelled and the answer is 503, or 408 when it waits
  /// for the body. Atomic handlers are left alone. Default 2 min.
  server_options& request_timeout(std::chrono::nanoseconds time);
  /// How long a client may let a read of a body or a write wait without any progress. Default 30 s.
  server_options& stall_timeout(std::chrono::nanoseconds time);
  /// How long drain lets running requests go on before their handlers are cancelled. Default 10 s.
  server_options& grace(std::chrono::nanoseconds time);
  /// How long a cancelled handler may take to end. Default 100 ms, as the scheduler's.
  server_options& close_timeout(std::chrono::nanoseconds time);
  /// Whether a client that ends its sending half still waits for its answer. Default false: as most
  /// that do so have gone, the handler is cancelled.
  server_options& half_close(bool waits);
  /// Told of failures; empty: one line on standard error.
  server_options& on_error(failure_handler told);

  // What was set last.
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

/// What became of a server, from the call of serve to its return.
struct serve_report {
  std::uint64_t accepted = 0;       ///< connections
  std::uint64_t answered = 0;       ///< responses that were written whole
  std::uint64_t aborted = 0;        ///< requests whose response was not, for the client or the end
  std::uint64_t idle_closed = 0;    ///< connections that drain found waiting for a request
  std::uint64_t cancelled = 0;      ///< handlers that were cancelled when the grace was over
  std::uint64_t still_running = 0;  ///< handlers that outlived close_timeout; they go on, unmanaged
  close_report
      jobs;  ///< background jobs and shields, of all applications, that the end found running
  close_report atomics;  ///< atomic handlers that the end found running
};

}  // namespace weir::web
