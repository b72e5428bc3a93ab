#include "cluster/local_host.hpp"

#include <cerrno>
#include <utility>

#include <stdlib.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "process/local_executor.hpp"

namespace weir {

namespace {

void enter(const std::string& dir) {
  if (dir.empty()) return;
  if (::chdir(dir.c_str()) != 0) throw io_error(errno, dir);
  // As cd does: jobs learn of it by PWD.
  ::setenv("PWD", dir.c_str(), 1);
}

}  // namespace

worker_host local_host(const loop_executor& loop, timer_queue& timers,
                       local_executor_settings local) {
  return [loop, &timers, local = std::move(local)](
             const setup_message& setup, const std::string& node,
             std::function<void()> shields_changed) -> std::unique_ptr<executor> {
    enter(setup.dir);
    ::setenv("WEIR_NODE", node.c_str(), 1);
    local_executor_settings settings = local;
    settings.close_timeout = setup.close_timeout;
    settings.wait_timeout = setup.wait_timeout;
    settings.leftovers = setup.leftovers;
    settings.control_groups.use = setup.control_groups;
    settings.slot_variable = setup.slot_variable;
    auto here = std::make_unique<local_executor>(loop, timers, std::move(settings));
    here->on_shields(std::move(shields_changed));
    return here;
  };
}

}  // namespace weir
