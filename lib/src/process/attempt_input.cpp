#include "process/attempt_input.hpp"

#include <algorithm>
#include <cerrno>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "text/escape.hpp"

namespace weir {

namespace {

/// The most that any user may ask for (pipe(7)).
constexpr int wide_pipe = 1 << 20;
constexpr std::uint64_t default_pipe = 64 << 10;

std::uint64_t size_of(const block_input& block) {
  return block.bytes.size() + (block.to - block.from);
}

}  // namespace

int attempt_input::open(const block_input& block, owned_fd& read_end) {
  close();
  block_ = &block;
  written_ = 0;
  if (block.to > block.from) {
    file_ = owned_fd(::open(block.file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!file_) return errno;
  }
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno;
  read_end = owned_fd(ends[0]);
  pipe_.take(owned_fd(ends[1]));
  // Our end only: the job's blocks, as it expects.
  if (::fcntl(pipe_.fd(), F_SETFL, O_WRONLY | O_NONBLOCK) != 0) return errno;
  // Refused for users over their pipe quota: then it stays as it is.
  if (size_of(block) > default_pipe) ::fcntl(pipe_.fd(), F_SETPIPE_SZ, wide_pipe);
  fill();
  return 0;
}

void attempt_input::watch() {
  if (pipe_.is_open()) pipe_.start(site_.poll, poll_set::transfer::out);
}

void attempt_input::close() noexcept {
  pipe_.close();
  file_ = owned_fd();
}

/// Until the pipe is full, or all is written: then the job finds its end.
void attempt_input::fill() {
  const std::uint64_t size = size_of(*block_);
  while (written_ < size) {
    const ssize_t count = write_some();
    if (count > 0)
      written_ += static_cast<std::uint64_t>(count);
    else if (count == 0)
      return lose(0);
    else if (errno == EAGAIN)
      return;
    else if (errno == EPIPE)
      break;
    else if (errno != EINTR)
      return lose(errno);
  }
  close();
}

/// \returns as write(2); 0 at the end of a file that has become shorter.
ssize_t attempt_input::write_some() {
  const std::string& bytes = block_->bytes;
  if (written_ < bytes.size())
    return ::write(pipe_.fd(), bytes.data() + written_, bytes.size() - written_);
  const std::uint64_t done = written_ - bytes.size();
  auto at = static_cast<off_t>(block_->from + done);
  const std::uint64_t left = block_->to - block_->from - done;
  return ::splice(file_.value(), &at, pipe_.fd(), nullptr, std::min<std::uint64_t>(left, wide_pipe),
                  SPLICE_F_NONBLOCK);
}

/// A block that is not whole must not look like a success.
void attempt_input::lose(int error) {
  const std::string file = escape(block_->file);
  const std::string why = error != 0 ? io_error(error, file).what()
                                     : file + ": has become shorter than the block of job " +
                                           std::to_string(request_.job.seq);
  close();
  site_.tell(output_failed{error != 0 ? error : EIO, why});
}

}  // namespace weir
