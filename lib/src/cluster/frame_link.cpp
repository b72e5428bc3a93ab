#include "cluster/frame_link.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/uio.h>
#include <unistd.h>

#include <boost/asio/post.hpp>

namespace weir {

namespace {

constexpr std::size_t read_size = 64 * 1024;
/// A queue longer than this gives its memory back.
constexpr std::size_t worth_keeping = 1U << 20;

/// Readiness is a hint; without RWF_NOWAIT in the kernel or the file, it has to be trusted.
ssize_t read_without_waiting(int fd, char* into, std::size_t size) {
  const iovec part{into, size};
  const ssize_t got = ::preadv2(fd, &part, 1, -1, RWF_NOWAIT);
  if (got >= 0 || (errno != EOPNOTSUPP && errno != EINVAL && errno != ESPIPE && errno != ENOSYS))
    return got;
  return ::read(fd, into, size);
}

}  // namespace

frame_link::frame_link(const loop_executor& loop, const time_source& time, int in, int out,
                       std::size_t most_body, bool expects_greeting, owner& to)
    : loop_(loop),
      time_(time),
      owner_(to),
      input_(*this),
      output_(loop, out, nonblocking::direction::out),
      reader_(most_body),
      expects_greeting_(expects_greeting),
      heard_(time.now()),
      spoke_(heard_) {
  input_.borrow(in);
  input_.start(poll_set::of(loop));
}

frame_link::~frame_link() {
  input_.stop();
  *alive_ = false;
}

void frame_link::input::ready(poll_set::readiness) {
  link.read_some();
}

void frame_link::read_some() {
  static thread_local std::array<char, read_size> buffer;
  const ssize_t got = read_without_waiting(input_.fd(), buffer.data(), buffer.size());
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got < 0) return end(std::strerror(errno));
  if (got == 0) return end("it disconnected");
  heard_ = time_.now();
  std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
  const auto alive = alive_;
  if (!greet(bytes) || !*alive) return;
  reader_.take(bytes);
  hand_out();
}

/// \returns whether frames may follow.
bool frame_link::greet(std::string_view& bytes) {
  if (!expects_greeting_) return true;
  bytes.remove_prefix(greeting_.take(bytes));
  if (greeting_.gives_up()) {
    end("it sent an invalid greeting");
    return false;
  }
  if (!greeting_.found()) return false;
  expects_greeting_ = false;
  owner_.greeted(*greeting_.found());
  return true;
}

void frame_link::hand_out() {
  const auto alive = alive_;
  while (!broken_) {
    const auto next = reader_.next();
    if (!next) break;
    owner_.take(*next);
    if (!*alive) return;
  }
  if (!reader_.fault().empty()) end(reader_.fault());
}

void frame_link::send(frame_kind kind) {
  if (broken_) return;
  append_frame(queue_, kind, {});
  flush_at_end_of_turn();
}

void frame_link::send_text(std::string_view text) {
  queue_ += text;
  flush_at_end_of_turn();
}

void frame_link::flush_at_end_of_turn() {
  if (waits_to_write_ || std::exchange(flush_posted_, true)) return;
  boost::asio::post(loop_, [this, alive = alive_] {
    if (!*alive) return;
    flush_posted_ = false;
    flush();
  });
}

void frame_link::flush() {
  if (waits_to_write_ || broken_) return;
  was_kept_ = was_kept_ || is_congested();
  while (sent_ < queue_.size()) {
    const ssize_t went = output_.write({queue_.data() + sent_, queue_.size() - sent_});
    if (went < 0 && errno == EAGAIN) return wait_until_writable();
    if (went < 0) return end(errno == EPIPE ? "it disconnected" : std::strerror(errno));
    sent_ += static_cast<std::size_t>(went);
    spoke_ = time_.now();
  }
  if (queue_.capacity() > worth_keeping)
    queue_ = {};
  else
    queue_.clear();
  sent_ = 0;
  if (std::exchange(was_kept_, false)) owner_.advanced();
}

void frame_link::wait_until_writable() {
  if (sent_ > most_kept) {
    queue_.erase(0, sent_);
    sent_ = 0;
  }
  waits_to_write_ = was_kept_ = true;
  output_.when_ready([this] {
    waits_to_write_ = false;
    flush();
  });
}

/// Takes `why` by value: the owner may destroy this, and what it was read from.
void frame_link::end(std::string why) {
  if (std::exchange(broken_, true)) return;
  input_.stop();
  output_.cancel();
  queue_ = {};
  sent_ = 0;
  owner_.broken(why);
}

}  // namespace weir
