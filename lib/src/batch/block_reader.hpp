/// Blocks of a stream, read into the memory in which they reach their jobs.
///
/// Before each read it waits for the loop, even if bytes are available: otherwise running jobs
/// would find their pipes empty while a block is read for another job.
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
  /// \throws usage_error if the rules are invalid.
  block_reader(const loop_executor& loop, int fd, std::string name, block_rules rules);

  /// A block from what has been read; nullopt: read more, or at the end, there are no more blocks.
  /// \throws as block_splitter::next()
  std::optional<std::string> next() { return blocks_.next(); }
  /// Reads once. \pre next() returned nullopt. \returns false at the end of the input, or after
  /// close().
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
  std::size_t size_;  ///< of a read: more if the last one was full
  bool ended_ = false;
};

}  // namespace weir
