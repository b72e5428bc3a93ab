/// weir-shield: executes a command inside a job so that cancelling the job spares it.
///
/// It asks every weir around it (WEIR_SHIELD names their sockets, the innermost first), waits for
/// their answers and becomes the command. Nothing of it stays: exit status, signals and descriptors
/// are the command's. It uses system calls alone, since scripts may call it often. What a shield
/// means is in docs/stopping.md, the other end in lib/src/process/shields.hpp.
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <weir/version.hpp>

namespace {

constexpr int exit_usage = 2;
constexpr int exit_not_executable = 126;
constexpr int exit_not_found = 127;

/// For all answers together; a weir that is busy answers within milliseconds.
constexpr long patience_us = 1'000'000;

constexpr const char* help =
    "Usage: weir-shield COMMAND [ARG...]\n"
    "Inside a job of weir: executes COMMAND so that ending the job spares it, and weir waits for "
    "it.\n"
    "Elsewhere: executes COMMAND. More: man weir-shield\n";

enum class answer { granted, refused, none };

long now_us() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000 + now.tv_nsec / 1000;
}

/// \returns whether the socket belongs to this user: names of those who have gone could be taken.
bool is_ours(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == ::geteuid();
}

answer ask(std::string_view name, long deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.empty() || name.size() >= sizeof address.sun_path) return answer::refused;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  const long left = deadline - now_us();
  if (left <= 0) return answer::none;
  const timeval limit{left / 1'000'000, left % 1'000'000};

  // Closed by exec; until then it says that this process lives.
  const int fd = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (fd < 0) return answer::refused;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0)
    return errno == EAGAIN ? answer::none : answer::refused;
  if (!is_ours(fd)) return answer::refused;
  char said = 0;
  ssize_t n;
  do n = ::recv(fd, &said, 1, 0);
  while (n < 0 && errno == EINTR);
  if (n < 0 && errno == EAGAIN) return answer::none;
  return n == 1 && said == '1' ? answer::granted : answer::refused;
}

void ask_all(std::string_view names) {
  // What is sent to the job's process group does not reach us from here on.
  ::setsid();
  const long deadline = now_us() + patience_us;
  bool heard = true;
  while (!names.empty()) {
    const auto end = names.find(',');
    if (ask(names.substr(0, end), deadline) == answer::none) heard = false;
    names = end == std::string_view::npos ? std::string_view() : names.substr(end + 1);
  }
  if (!heard) std::fputs("weir-shield: weir does not answer: running without a shield\n", stderr);
}

int print(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return 0;
  std::perror("weir-shield: stdout");
  return 1;
}

int refuse(const char* what, const char* argument) {
  std::fprintf(stderr, "weir-shield: %s%s (see weir-shield --help)\n", argument, what);
  return exit_usage;
}

}  // namespace

int main(int argc, char** argv) {
  int first = 1;
  if (argc > 1 && argv[1][0] == '-') {
    const std::string_view option = argv[1];
    if (option == "-h" || option == "--help") return print(help);
    if (option == "--version") {
      const std::string_view version = weir::version;
      return print("weir-shield " + std::string(version) + '\n');
    }
    if (option != "--") return refuse(": unknown option", argv[1]);
    first = 2;
  }
  if (first >= argc) return refuse("COMMAND is missing", "");
  if (const char* names = std::getenv("WEIR_SHIELD"); names != nullptr && *names != '\0')
    ask_all(names);
  ::execvp(argv[first], argv + first);
  const int error = errno;
  std::fprintf(stderr, "weir-shield: %s: %s\n", argv[first], std::strerror(error));
  return error == ENOENT ? exit_not_found : exit_not_executable;
}
