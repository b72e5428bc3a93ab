#include "simulation/simulated_readiness.hpp"

#include <utility>

#include <sys/epoll.h>

using simulation::simulated_readiness;

extern "C" {
int __real_epoll_wait(int fd, epoll_event* events, int most, int timeout);
int __real_epoll_ctl(int fd, int what, int about, epoll_event* event);

int __wrap_epoll_wait(int fd, epoll_event* events, int most, int timeout) {
  if (timeout == 0 && !std::exchange(simulated_readiness::changed, false)) return 0;
  const int ready = __real_epoll_wait(fd, events, most, timeout);
  if (ready != 0) simulated_readiness::may_change();
  return ready;
}

int __wrap_epoll_ctl(int fd, int what, int about, epoll_event* event) {
  simulated_readiness::may_change();
  return __real_epoll_ctl(fd, what, about, event);
}
}
