/// The source of jobs that a parser makes from the bytes of a file; read as they arrive, and no
/// further than requested.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <weir/source.hpp>

#include "input/stream_parser.hpp"
#include "loop/nonblocking.hpp"
#include "loop/owned_fd.hpp"

namespace weir {

class stream_source final : public source {
 public:
  /// \param fd of the bytes; 0 is borrowed, others are closed at the end. \param name in messages.
  stream_source(const loop_executor& loop, int fd, std::string name,
                std::shared_ptr<stream_parser> parser);

  awaitable<std::optional<job_spec>> next() override;
  void close() override;

 private:
  awaitable<bool> fill();
  void give_back(std::size_t bytes) noexcept;

  int fd_;
  owned_fd owned_;
  nonblocking input_;
  std::string name_;
  std::shared_ptr<stream_parser> parser_;
  std::vector<char> buffer_;
  bool closed_ = false;
};

}  // namespace weir
