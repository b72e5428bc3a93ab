/// A script that has a terminal, as somebody types it there.
#pragma once

#include <array>
#include <string>

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "support/test_space.hpp"

namespace test {

/// What a terminal shows of a script whose terminal it is, with that typed into it.
inline std::string at_terminal(test_space& t, const std::string& script, const std::string& typed) {
  t.write("script", script);
  int terminal = -1;
  const std::string weir = t.shell("printf %s \"$WEIR\"").out;
  const pid_t pid = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  REQUIRE(pid >= 0);
  if (pid == 0) {
    ::setenv("WEIR", weir.c_str(), 1);
    ::execl("/bin/sh", "sh", t.path("script").c_str(), nullptr);
    ::_exit(99);
  }
  REQUIRE(::write(terminal, typed.data(), typed.size()) == static_cast<ssize_t>(typed.size()));
  std::string shown;
  std::array<char, 4096> bytes;
  for (ssize_t n; (n = ::read(terminal, bytes.data(), bytes.size())) > 0;)
    shown.append(bytes.data(), static_cast<std::size_t>(n));
  ::close(terminal);
  ::waitpid(pid, nullptr, 0);
  return shown;
}

}  // namespace test
