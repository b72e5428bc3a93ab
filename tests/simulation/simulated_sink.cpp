#include "simulation/simulated_sink.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>

namespace simulation {

using namespace std::chrono_literals;

namespace {

constexpr auto pause_of_a_slow_reader = 20ms;
constexpr std::size_t bytes_of_a_slow_reader = 4096;

}  // namespace

simulated_sink::simulated_sink(const planned_sink& plan, simulated_clock& clock)
    : plan_(plan), clock_(clock) {
  if (plan_.how == reader::full) {
    in_ = weir::owned_fd(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    return;
  }
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::runtime_error("socketpair");
  in_ = weir::owned_fd(ends[0]);
  out_ = weir::owned_fd(ends[1]);
  const int small = 1;  // the kernel uses its minimum
  ::setsockopt(in_.value(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  if (plan_.how != reader::gone) return;
  clock_.at(simulated_clock::start + plan_.at, [this, alive = alive_] {
    if (*alive) out_ = weir::owned_fd();
  });
}

bool simulated_sink::read_slowly() {
  if (!std::exchange(will_read_, true))
    clock_.after(pause_of_a_slow_reader, [this, alive = alive_] {
      if (!*alive) return;
      will_read_ = false;
      read(bytes_of_a_slow_reader);
    });
  return false;
}

bool simulated_sink::look(std::uint64_t sent) {
  if (sent == received_.size()) return false;
  if (plan_.how == reader::slow) return read_slowly();
  const bool stuck =
      plan_.how == reader::stuck && clock_.now() >= simulated_clock::start + plan_.at;
  return !stuck && read(~std::size_t{0});
}

void simulated_sink::read_rest() {
  while (read(~std::size_t{0})) {
  }
}

bool simulated_sink::read(std::size_t most) {
  if (!out_) return false;
  std::array<char, 16384> bytes;
  const ssize_t count =
      ::recv(out_.value(), bytes.data(), std::min(most, bytes.size()), MSG_DONTWAIT);
  if (count > 0) received_.append(bytes.data(), static_cast<std::size_t>(count));
  return count > 0;
}

}  // namespace simulation
