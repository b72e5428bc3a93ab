/// weir-shield: executes a command inside a job so that cancelling the job spares it.
///
/// It asks every weir around it (WEIR_SHIELD names their sockets, the innermost first), waits for
/// their answers and becomes the command. Nothing of it remains: exit status, signals and
/// descriptors are the command's. It links nothing of the library, since scripts may call it often.
/// docs/stopping.md explains what a shield means; the other end is in lib/src/process/shields.hpp.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <unistd.h>

#include <weir/version.hpp>

#include "process/shield_asking.hpp"

namespace {

constexpr int exit_usage = 2;
constexpr int exit_not_executable = 126;
constexpr int exit_not_found = 127;

constexpr const char* help =
    "Usage: weir-shield COMMAND [ARG...]\n"
    "Inside a weir job: executes COMMAND so that it is spared when the job is ended, and weir "
    "waits for it.\n"
    "Elsewhere: executes COMMAND. More: man weir-shield\n";

void ask_all(std::string_view names) {
  // From here on, signals to the job's process group do not reach us.
  ::setsid();
  const auto weirs = weir::shield_addresses(names);
  if (!weir::ask_for_shield(weirs.data(), weirs.size()))
    std::fputs("weir-shield: weir does not answer: running without a shield\n", stderr);
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
