#include "process/attempt_output.hpp"

#include <cerrno>
#include <string>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include <weir/error.hpp>

namespace weir {

namespace {

/// How many bytes descendants may write after the main process has ended: a last filter needs
/// little, but endless output would fill the disk and keep a slow reader busy for hours.
constexpr std::uint64_t most_of_holders = 8U << 20;
constexpr int most_last_looks = 16;
constexpr int wide_output_pipe = 256 * 1024;
constexpr std::size_t usual_output_pipe = 64 * 1024;

/// Whether somebody holds the other end of the pipe.
bool has_writers(int fd) {
  pollfd end{fd, POLLIN, 0};
  return ::poll(&end, 1, 0) <= 0 || (end.revents & POLLHUP) == 0;
}

}  // namespace

attempt_output::attempt_output(local_site& site, const attempt_request& request,
                               const attempt_machine& machine, const process_tree& tree,
                               owner& waiting)
    : site_(site),
      request_(request),
      machine_(machine),
      tree_(tree),
      owner_(waiting),
      out_(*this, output_stream::out),
      err_(*this, output_stream::err) {
  if (request_.sink != nullptr) request_.sink->resume = [this] { wake_stalled(); };
}

attempt_output::~attempt_output() {
  if (request_.sink != nullptr) request_.sink->resume = nullptr;
}

void attempt_output::take(owned_fd out, owned_fd err) {
  out_.take(std::move(out));
  err_.take(std::move(err));
}

void attempt_output::take_terminal(owned_fd both) {
  out_.take(std::move(both));
  out_.terminal = out_.widened = true;  // a terminal cannot be widened
}

void attempt_output::watch() {
  for (channel* c : both())
    if (c->is_open() && !c->stalled) c->start(site_.poll);
}

void attempt_output::close() noexcept {
  for (channel* c : both()) c->close();
}

void attempt_output::channel::ready(poll_set::readiness what) {
  if (what == poll_set::readiness::ended)
    close();
  else
    output.transfer(*this);
  if (output.written_by_holders_ >= most_of_holders) output.let_go();
  output.owner_.output_moved();
}

/// Moves what is there, once. \returns the result of read(2) or splice(2).
ssize_t attempt_output::move_some(channel& c, flow& next) {
  output_sink& sink = *request_.sink;
  if (const int file = c.terminal ? -1 : sink.splice_file(c.which); file >= 0) {
    const ssize_t moved =
        ::splice(c.fd(), nullptr, file, nullptr, 1024 * 1024, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (moved > 0) next = sink.spliced(c.which, static_cast<std::size_t>(moved));
    // A file system without splice, or a full disk: read, so that the sink's write finds out.
    if (moved >= 0 || errno == EAGAIN || errno == EINTR) return moved;
  }
  const ssize_t got = read_some(c);
  if (got > 0) next = sink.write(c.which, {site_.buffer.get(), static_cast<std::size_t>(got)});
  return got;
}

/// Our end is non-blocking. Once nobody has the other end open, reading fails with EIO.
ssize_t attempt_output::read_terminal(int fd, const iovec& into) {
  const ssize_t got = ::read(fd, into.iov_base, into.iov_len);
  return got < 0 && errno == EIO ? 0 : got;
}

/// Never blocks, and saves two fcntl(2) per job where the kernel has RWF_NOWAIT for pipes (6.5).
ssize_t attempt_output::read_some(channel& c) {
  const iovec into{site_.buffer.get(), local_site::buffer_bytes};
  if (c.terminal) return read_terminal(c.fd(), into);
  if (site_.reads_without_waiting) {
    const ssize_t got = ::preadv2(c.fd(), &into, 1, -1, RWF_NOWAIT);
    if (got >= 0 || errno == EAGAIN || errno == EINTR) return got;
    site_.reads_without_waiting = false;
  }
  const int flags = ::fcntl(c.fd(), F_GETFL);
  if ((flags & O_NONBLOCK) == 0) ::fcntl(c.fd(), F_SETFL, flags | O_NONBLOCK);
  return ::read(c.fd(), into.iov_base, into.iov_len);
}

/// The job's output cannot be read: that must not look like a success.
void attempt_output::lose(channel& c, int error) {
  c.close();
  site_.tell(output_failed{
      error, io_error(error, "output of job " + std::to_string(request_.job.seq)).what()});
}

/// \returns whether more may be available at once.
bool attempt_output::transfer(channel& c) {
  flow next = flow::more;
  const ssize_t moved = move_some(c, next);
  if (moved == 0) {
    c.close();
  } else if (moved > 0) {
    count(c, static_cast<std::size_t>(moved));
  } else if (errno != EAGAIN && errno != EINTR) {
    lose(c, errno);
  }
  if (next == flow::wait && !is_held(c)) {
    c.stalled = true;
    c.stop();
  }
  return moved > 0 && next == flow::more;
}

void attempt_output::count(channel& c, std::size_t moved) {
  bytes_ += moved;
  if (!machine_.has_process() && tree_.shields() == 0) written_by_holders_ += moved;
  if (c.widened || moved < usual_output_pipe) return;
  site_.much_output = true;
  c.widened = true;  // refused for users over their pipe quota: the size then stays as it is
  ::fcntl(c.fd(), F_SETPIPE_SZ, wide_output_pipe);
}

void attempt_output::take_unwatched() {
  for (channel* c : both()) {
    if (!c->is_open() || c->is_started()) continue;
    // Not for ever: a process that holds the pipe may go on writing.
    for (int looks = 0; looks < most_last_looks && transfer(*c);) ++looks;
  }
  watch();
}

void attempt_output::wake_stalled() {
  for (channel* c : both())
    if (std::exchange(c->stalled, false) && c->is_open()) c->start(site_.poll);
}

/// The main process has ended, and a descendant may go on writing. Such a stream is not stalled,
/// however slow our own reader is: how much may be written in that time is limited, and it is the
/// descendant's own doing. A stream that nobody can write to any more waits for the reader, and so
/// does the job's slot.
bool attempt_output::is_held(const channel& c) const {
  return !machine_.has_process() && has_writers(c.fd());
}

void attempt_output::wait_for_holders() {
  for (channel* c : both()) {
    if (!c->is_open() || !c->stalled) continue;
    if (is_held(*c)) {
      c->stalled = false;
      c->start(site_.poll);
    } else if (machine_.end_asked()) {
      take_rest(*c);
    }
  }
}

void attempt_output::let_go() {
  // If a shield was granted meanwhile, it may hold the output, and is waited for.
  if (tree_.shields() > 0) return;
  for (channel* c : both()) {
    if (!c->is_open()) continue;
    const bool waits_for_reader = c->stalled && !machine_.end_asked() && !is_held(*c);
    if (!waits_for_reader) take_rest(*c);
  }
}

void attempt_output::take_rest() {
  for (channel* c : both())
    if (c->is_open()) take_rest(*c);
}

/// Takes all that the pipe may hold, but not for ever: its holders may go on writing.
void attempt_output::take_rest(channel& c) {
  ssize_t moved = 1;
  for (int looks = 0; moved > 0 && looks < most_last_looks; ++looks) {
    flow ignored = flow::more;
    moved = move_some(c, ignored);
    if (moved > 0) bytes_ += static_cast<std::uint64_t>(moved);
  }
  if (moved != 0) leaked_ = true;
  c.close();
}

}  // namespace weir
