#include "loop/ending.hpp"

#include <atomic>
#include <csignal>

namespace weir {

namespace {

std::atomic<bool> begun = false;

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

}  // namespace weir
