/// How a process asks the weirs around it to be spared; the other end is shield_socket.hpp.
///
/// weir-shield(1) asks for itself before it executes its command. So does the child of a weir in a
/// job of another one, before it executes a shielded job: the outer weir then spares what the inner
/// one waits for. A child may borrow its parent's memory: raw system calls only (raw_calls.hpp).
#pragma once

#include <cerrno>
#include <cstddef>
#include <string_view>
#include <vector>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>

#include "process/raw_calls.hpp"

namespace weir {

struct shield_address {
  sockaddr_un socket;
  unsigned size;
};

/// \param names as in WEIR_SHIELD: separated by commas.
inline std::vector<shield_address> shield_addresses(std::string_view names) {
  std::vector<shield_address> all;
  while (!names.empty()) {
    const auto end = names.find(',');
    const std::string_view name = names.substr(0, end);
    names = end == std::string_view::npos ? std::string_view() : names.substr(end + 1);
    shield_address one{};
    one.socket.sun_family = AF_UNIX;
    if (name.empty() || name.size() >= sizeof one.socket.sun_path) continue;
    name.copy(one.socket.sun_path + 1, name.size());
    one.size = static_cast<unsigned>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    all.push_back(one);
  }
  return all;
}

enum class shield_answer { granted, refused, none };

namespace detail {

WEIR_CHILD inline long now_us() {
  timespec now{};
  raw(SYS_clock_gettime, CLOCK_MONOTONIC, word(&now));
  return now.tv_sec * 1'000'000 + now.tv_nsec / 1000;
}

/// Whether the socket belongs to this user: the name of a weir that has gone could be taken by
/// others.
WEIR_CHILD inline bool is_ours(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return raw(SYS_getsockopt, fd, SOL_SOCKET, SO_PEERCRED, word(&peer), word(&size)) == 0 &&
         peer.uid == static_cast<uid_t>(raw(SYS_geteuid));
}

WEIR_CHILD inline shield_answer ask(int fd, const shield_address& weir, long patience_us) {
  const timeval limit{patience_us / 1'000'000, patience_us % 1'000'000};
  for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO})
    raw(SYS_setsockopt, fd, SOL_SOCKET, option, word(&limit), sizeof limit);
  if (const long error = raw(SYS_connect, fd, word(&weir.socket), weir.size); error < 0)
    return error == -EAGAIN ? shield_answer::none : shield_answer::refused;
  if (!is_ours(fd)) return shield_answer::refused;
  char said = 0;
  long n;
  do n = raw(SYS_read, fd, word(&said), 1);
  while (n == -EINTR);
  if (n == -EAGAIN) return shield_answer::none;
  return n == 1 && said == '1' ? shield_answer::granted : shield_answer::refused;
}

}  // namespace detail

/// Asks all of them, for at most a second; one that is busy answers within milliseconds. The caller
/// leads a process group, so that signals to its former one do not reach it.
/// \returns whether all have answered, whatever they said.
WEIR_CHILD inline bool ask_for_shield(const shield_address* weirs, std::size_t count) {
  constexpr long patience_us = 1'000'000;
  const long deadline = detail::now_us() + patience_us;
  bool heard = true;
  for (std::size_t i = 0; i < count; ++i) {
    const long left = deadline - detail::now_us();
    // Stays open until answered: that shows that this process lives.
    const long fd = raw(SYS_socket, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0) continue;
    if (left <= 0 || detail::ask(static_cast<int>(fd), weirs[i], left) == shield_answer::none)
      heard = false;
    raw(SYS_close, fd);
  }
  return heard;
}

}  // namespace weir
