#include "process/attempt_input.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "text/escape.hpp"

namespace weir {

namespace {

/// The most that an ordinary user may request (pipe(7)).
constexpr int wide_pipe = 1 << 20;
constexpr std::uint64_t default_pipe = 64 << 10;
/// A job that reads 16 KiB at a time, like wc(1), makes room for as much each time. A wide pipe
/// lasts this long even for a job that reads 5 GB/s, and has plenty of room afterwards.
constexpr auto room_pause = std::chrono::microseconds(100);

std::uint64_t size_of(const block_input& block) {
  return block.bytes.size() + (block.to - block.from);
}

}  // namespace

int attempt_input::open(const block_input& block, owned_fd& read_end) {
  pipe_.close();
  file_ = owned_fd();
  block_ = &block;
  written_ = 0;
  is_running_ = false;
  lost_.reset();
  if (block.to > block.from) {
    const std::string& file = block.opened_as.empty() ? block.file : block.opened_as;
    file_ = owned_fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!file_) return errno;
  }
  if (block.whole) return make_file(block, read_end);
  const int error = open_pipe(read_end, size_of(block) > default_pipe);
  if (error == 0) fill_from_block();
  return error;
}

int attempt_input::open(const stream_input& share, owned_fd& read_end) {
  pipe_.close();
  stream_ = share.stream;
  written_ = 0;
  return open_pipe(read_end, true);
}

int attempt_input::open_pipe(owned_fd& read_end, bool wide) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno;
  read_end = owned_fd(ends[0]);
  pipe_.take(owned_fd(ends[1]));
  // Our end only: the job's end blocks, as it expects.
  if (::fcntl(pipe_.fd(), F_SETFL, O_WRONLY | O_NONBLOCK) != 0) return errno;
  // Refused for users over their pipe quota: the size then stays as it is.
  is_wide_ = wide && ::fcntl(pipe_.fd(), F_SETPIPE_SZ, wide_pipe) >= wide_pipe;
  return 0;
}

/// A file in memory, which goes away with its last reader.
int attempt_input::make_file(const block_input& block, owned_fd& read_end) {
  owned_fd made(::memfd_create("weir-block", MFD_CLOEXEC));
  if (!made) return errno;
  for (std::string_view rest = block.bytes; !rest.empty();) {
    const ssize_t count = ::write(made.value(), rest.data(), rest.size());
    if (count < 0) return errno;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  for (auto at = static_cast<off_t>(block.from); static_cast<std::uint64_t>(at) < block.to;) {
    const ssize_t count =
        ::sendfile(made.value(), file_.value(), &at, block.to - static_cast<std::uint64_t>(at));
    if (count < 0) return errno;
    if (count == 0) {
      lost_ = 0;
      break;
    }
  }
  if (::lseek(made.value(), 0, SEEK_SET) != 0) return errno;
  file_ = owned_fd();
  read_end = std::move(made);
  return 0;
}

void attempt_input::watch() {
  is_running_ = true;
  if (lost_) return lose(*lost_);
  if (stream_) {
    stream_->on_more = [this] { fill(); };
    return fill();
  }
  if (pipe_.is_open()) wait_for_room();
}

void attempt_input::close() noexcept {
  pause_.cancel();
  pipe_.close();
  file_ = owned_fd();
  if (const auto left = std::exchange(stream_, nullptr)) left->leave();
}

void attempt_input::wait_for_room() {
  pipe_.start(site_.poll, poll_set::transfer::out);
}

void attempt_input::found_room() {
  if (!is_wide_) return fill();
  pipe_.stop();
  site_.timers.schedule(pause_, room_pause, [this] { fill(); });
}

void attempt_input::fill() {
  const bool full = stream_ ? fill_from_stream() : fill_from_block();
  if (full) wait_for_room();
}

/// Writes until the pipe is full, or all that has arrived is written. \returns whether it is full.
bool attempt_input::fill_from_stream() {
  while (const std::string* const piece = stream_->front()) {
    const ssize_t count = ::write(pipe_.fd(), piece->data() + written_, piece->size() - written_);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return true;
    if (count < 0) return end(errno);
    written_ += static_cast<std::uint64_t>(count);
    if (written_ < piece->size()) continue;
    written_ = 0;
    stream_->pop();
  }
  pipe_.stop();
  if (stream_->is_finished()) close();
  return false;
}

/// Writes until the pipe is full, or all is written: then the job sees its end. \returns whether it
/// is full.
bool attempt_input::fill_from_block() {
  const std::uint64_t size = size_of(*block_);
  while (written_ < size) {
    const ssize_t count = write_some();
    if (count > 0)
      written_ += static_cast<std::uint64_t>(count);
    else if (count == 0)
      return end(0);
    else if (errno == EAGAIN)
      return true;
    else if (errno != EINTR)
      return end(errno);
  }
  close();
  return false;
}

/// A job that reads no further is not an error. \returns false: there is nothing to wait for.
bool attempt_input::end(int error) {
  error == EPIPE ? close() : lose(error);
  return false;
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

/// An incomplete block must not look like a success. \param error 0 if the file is shorter.
void attempt_input::lose(int error) {
  if (!is_running_) {
    lost_ = error;
    return close();
  }
  const std::string file = stream_ ? "stdin of a job" : escape(block_->file);
  const std::string why = error != 0 ? io_error(error, file).what()
                                     : file + ": has become shorter than the block of job " +
                                           std::to_string(request_.job.seq);
  close();
  site_.tell(output_failed{error != 0 ? error : EIO, why});
}

}  // namespace weir
