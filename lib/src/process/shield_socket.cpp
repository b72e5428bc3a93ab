#include "process/shield_socket.hpp"

#include <array>
#include <cstddef>
#include <cstring>

#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <fmt/format.h>

namespace weir {

namespace {

constexpr int backlog = 128;
constexpr int most_at_once = 16;

bool has_hung_up(int connection) {
  pollfd p{connection, 0, 0};
  return ::poll(&p, 1, 0) != 0;
}

}  // namespace

bool shield_socket::open(poll_set& set) {
  std::array<std::uint64_t, 2> random{};
  if (::getrandom(random.data(), sizeof random, 0) != sizeof random) return false;
  const std::string name = fmt::format("weir-shield-{:016x}{:016x}", random[0], random[1]);
  owned_fd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (!fd || ::bind(fd.value(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(fd.value(), backlog) != 0)
    return false;
  take(std::move(fd));
  start(set);
  name_ = name;
  return true;
}

void shield_socket::ready(poll_set::readiness) {
  for (int i = 0; i < most_at_once; ++i) {
    const owned_fd connection(::accept4(fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!connection) return;
    const char answer = is_granted(connection.value()) ? '1' : '0';
    ::send(connection.value(), &answer, 1, MSG_NOSIGNAL);
  }
}

bool shield_socket::is_granted(int connection) const {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
      peer.uid != ::geteuid() || peer.pid <= 0)
    return false;
  owned_fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, peer.pid, 0)));
  // It still holds its end of the connection, so the number is still its own.
  if (!pidfd || has_hung_up(connection)) return false;
  return decide_(peer.pid, std::move(pidfd));
}

}  // namespace weir
