/// A connection's bytes, whatever carries them: TCP, a Unix socket, or TLS.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

namespace weir::web {

namespace detail {
class connection;
}

/// What a stream calls when an operation is over: once, from the loop, and never from within the
/// operation. Copyable, and usable as an Asio completion handler.
class io_done {
 public:
  void operator()(boost::system::error_code error, std::size_t bytes = 0) const;

 private:
  friend class detail::connection;
  enum class operation { open, read, write, shutdown };
  io_done(std::shared_ptr<detail::connection> owner, operation what)
      : owner_(std::move(owner)), what_(what) {}
  std::shared_ptr<detail::connection> owner_;
  operation what_;
};

/// At most one operation of each kind is in progress. make_stream makes one from an Asio stream.
class stream {
 public:
  using error_code = boost::system::error_code;
  /// A few buffers to be written together; they live until `done` is called.
  using pieces = std::span<const boost::asio::const_buffer>;

  stream() = default;
  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;
  virtual ~stream() = default;

  /// Does what comes before the first byte, such as a handshake. \returns false if there is nothing
  /// to do; `done` is not called then.
  virtual bool open(io_done done) = 0;
  virtual void read_some(boost::asio::mutable_buffer into, io_done done) = 0;
  virtual void write_some(pieces from, io_done done) = 0;
  /// Writes as much as possible without waiting; 0 if that is not supported.
  virtual std::size_t try_write(pieces from, error_code& error) = 0;
  /// Shuts down the sending side. \returns as open.
  virtual bool shutdown(io_done done) = 0;
  /// Makes a read in progress complete soon, with what has arrived or with operation_aborted.
  virtual void cancel_reading() noexcept = 0;
  /// Ends everything; operations in progress complete with an error.
  virtual void close() noexcept = 0;
  /// Whether bytes have arrived that have not been read.
  virtual bool has_input() noexcept = 0;
  /// The peer's address as text; empty if there is none.
  virtual std::string peer() const = 0;
};

}  // namespace weir::web
