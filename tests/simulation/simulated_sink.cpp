#include "simulation/simulated_sink.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>

#include "simulation/simulated_readiness.hpp"

namespace simulation {

using namespace std::chrono_literals;

namespace {

constexpr auto pause_of_a_slow_reader = 20ms;
constexpr std::size_t bytes_of_a_slow_reader = 4096;
constexpr std::size_t bytes_of_most_runs = std::size_t{16} << 10;

struct socket_pair {
  weir::owned_fd in, out;
};

/// Those of runs that are over, empty: new ones cost more than a short run.
std::vector<socket_pair> spare_pairs;

socket_pair take_pair() {
  if (!spare_pairs.empty()) {
    socket_pair one = std::move(spare_pairs.back());
    spare_pairs.pop_back();
    return one;
  }
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::runtime_error("socketpair");
  const int small = 1;  // the kernel uses its minimum
  ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  return {weir::owned_fd(ends[0]), weir::owned_fd(ends[1])};
}

}  // namespace

simulated_sink::simulated_sink(const planned_sink& plan, simulated_clock& clock)
    : plan_(plan), clock_(clock) {
  if (plan_.how == reader::full) {
    in_ = weir::owned_fd(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    return;
  }
  socket_pair pair = take_pair();
  in_ = std::move(pair.in);
  out_ = std::move(pair.out);
  received_.reserve(bytes_of_most_runs);
  if (plan_.how != reader::gone) return;
  clock_.at(simulated_clock::start + plan_.at, [this, alive = alive_] {
    if (!*alive) return;
    out_ = weir::owned_fd();
    simulated_readiness::may_change();
  });
}

simulated_sink::~simulated_sink() {
  *alive_ = false;
  if (!out_) return;
  if (!is_empty_) read_rest(~std::uint64_t{0});
  spare_pairs.push_back({std::move(in_), std::move(out_)});
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
  sent_ = sent;
  if (sent == received_.size()) return false;
  if (plan_.how == reader::slow) return read_slowly();
  const bool stuck =
      plan_.how == reader::stuck && clock_.now() >= simulated_clock::start + plan_.at;
  return !stuck && read(~std::size_t{0});
}

void simulated_sink::read_rest(std::uint64_t sent) {
  sent_ = sent;
  while (read(~std::size_t{0})) {
  }
  is_empty_ = true;
}

bool simulated_sink::read(std::size_t most) {
  if (!out_ || sent_ == received_.size()) return false;
  std::array<char, 16384> bytes;
  const ssize_t count =
      ::recv(out_.value(), bytes.data(), std::min(most, bytes.size()), MSG_DONTWAIT);
  if (count <= 0) return false;
  received_.append(bytes.data(), static_cast<std::size_t>(count));
  simulated_readiness::may_change();
  return true;
}

}  // namespace simulation
