/// Blocks of a stream, read into the memory in which they go to their jobs.
///
/// Before each read it waits for the loop, also where bytes have come: else jobs that run would
/// find their pipes empty while a block is read for another.
#pragma once

#include <optional>
#include <string>

#include <weir/awaitable.hpp>

#include "input/block_splitter.hpp"
#include "loop/nonblocking.hpp"
#include "loop/owned_fd.hpp"

namespace weir {

class block_reader {
 public:
  /// \param fd of the bytes; 0 is borrowed, others are closed at the end. \param name in messages.
  /// \throws usage_error for rules that are none.
  block_reader(const loop_executor& loop, int fd, std::string name, block_rules rules);

  /// A block of what has been read; none: read more, or at the end there is no further.
  /// \throws as block_splitter::next()
  std::optional<std::string> next() { return blocks_.next(); }
  /// Reads once. \pre next() gave none. \returns false when there is no more, or after close().
  /// \throws io_error
  awaitable<bool> read_more();
  const std::string& header() const noexcept { return blocks_.header(); }
  void close() noexcept;

 private:
  void end() noexcept;

  owned_fd owned_;
  nonblocking input_;
  std::string name_;
  block_splitter blocks_;
  std::size_t size_;  ///< of a read: more where the last was full
  bool ended_ = false;
};

}  // namespace weir
