/// A connection's bytes, whatever carries them: TCP, a Unix socket, TLS handed in.
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

/// What a stream calls when an operation is over, once, from the loop and never from within the
/// operation. May be copied and is a completion handler of Asio.
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

/// One operation of each kind is under way at most. make_stream makes one of what Asio calls a
/// stream.
class stream {
 public:
  using error_code = boost::system::error_code;
  /// What is written at once: a few pieces, that live until `done` is called.
  using pieces = std::span<const boost::asio::const_buffer>;

  stream() = default;
  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;
  virtual ~stream() = default;

  /// What comes before the first byte: a handshake. \returns false when there is nothing to do, and
  /// `done` is not called.
  virtual bool open(io_done done) = 0;
  virtual void read_some(boost::asio::mutable_buffer into, io_done done) = 0;
  virtual void write_some(pieces from, io_done done) = 0;
  /// Writes what goes without waiting; 0 where that cannot be told.
  virtual std::size_t try_write(pieces from, error_code& error) = 0;
  /// Ends the sending half. \returns as open.
  virtual bool shutdown(io_done done) = 0;
  /// Has a read under way be done soon, with what has come or operation_aborted.
  virtual void cancel_reading() noexcept = 0;
  /// Ends everything; operations under way are done, with an error.
  virtual void close() noexcept = 0;
  /// Whether bytes have come that nobody has read.
  virtual bool has_input() noexcept = 0;
  /// The other side's address as text; empty where there is none.
  virtual std::string peer() const = 0;
};

}  // namespace weir::web
