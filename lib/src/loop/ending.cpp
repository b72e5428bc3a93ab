#include "loop/ending.hpp"

#include <atomic>
#include <csignal>

#include <unistd.h>

namespace weir {

namespace {

std::atomic<bool> begun = false;
std::atomic<pid_t> left_group = 0;

}  // namespace

bool is_ending() noexcept {
  if (begun) return true;
  sigset_t pending;
  ::sigpending(&pending);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
    if (::sigismember(&pending, signal) == 1) return true;
  return false;
}

void begin_ending() noexcept {
  begun = true;
}

void leave_process_group() noexcept {
  const pid_t group = ::getpgrp();
  if (left_group == 0 && ::setpgid(0, 0) == 0) left_group = group;
}

pid_t terminal_group() noexcept {
  const pid_t group = left_group;
  return group != 0 ? group : ::getpgrp();
}

}  // namespace weir
