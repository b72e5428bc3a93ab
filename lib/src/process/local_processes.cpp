#include <weir/local_processes.hpp>

#include "loop/loop_timers.hpp"
#include "process/local_executor.hpp"

namespace weir {

namespace {

local_executor_settings settings_of(const local_processes_options& options) {
  local_executor_settings settings;
  settings.close_timeout = options.close_timeout;
  settings.leftovers = options.leftovers;
  return settings;
}

}  // namespace

local_processes::local_processes(loop_executor loop, local_processes_options options)
    : all_(std::make_unique<local_executor>(loop, timers_of(loop), settings_of(options))) {}

local_processes::~local_processes() = default;

void local_processes::report_to(inbox& to) {
  all_->report_to(to);
}

awaitable<attempt_result> local_processes::run(attempt_request request, running_attempt*& handle) {
  return all_->run(request, handle);
}

awaitable<leftovers> local_processes::end_leftovers(bool unknown_too, duration grace) {
  return all_->end_leftovers(unknown_too, grace);
}

void local_processes::hurry_leftovers() {
  all_->hurry_leftovers();
}

}  // namespace weir
