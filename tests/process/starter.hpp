/// Starts programs one at a time and waits for each.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "process/job_environment.hpp"
#include "process/launcher.hpp"
#include "support/catch.hpp"
#include "support/descriptors.hpp"

namespace test {

struct starter {
  explicit starter(weir::launch_method method,
                   weir::inherited_state s = weir::inherited_state::current())
      : launch(std::move(s), method) {}

  struct outcome {
    int start_error = 0;
    int exec_error = 0;
    weir::launch_step failed_step = weir::launch_step::program;
    int status = 0;
    pid_t pid = 0;
    std::string out;
    int error() const { return start_error != 0 ? start_error : exec_error; }
  };

  std::unique_ptr<weir::execution_block> block_of(std::vector<std::string> arguments,
                                                  const std::string& directory = "") {
    job = {};
    for (const std::string& argument : arguments) job.argv.push_back(argument);
    auto settings = std::make_shared<weir::job_settings>();
    settings->dir = directory;
    settings->process = process;
    settings->shield = shield;
    job.settings = settings;
    auto block = std::make_unique<weir::execution_block>();
    block->fill(base, job, 1, 1);
    return block;
  }

  outcome run(std::vector<std::string> arguments, const std::string& directory = "") {
    auto output = test::make_file();
    weir::launch_ticket ticket(launch, block_of(std::move(arguments), directory));
    weir::launched child;
    outcome result;
    result.start_error = launch.start(ticket, {launch.null_input(), output.value()}, child);
    result.failed_step = ticket.failed_step();
    if (result.start_error != 0) return result;
    const test::owned_fd pidfd(child.pidfd);
    result.pid = child.pid;
    REQUIRE(::waitpid(child.pid, &result.status, 0) == child.pid);
    CHECK(ticket.executing());
    result.exec_error = ticket.exec_error();
    result.failed_step = ticket.failed_step();
    result.out = test::contents(output);
    return result;
  }

  weir::launcher launch;
  weir::base_environment base{::environ, ::getpid()};
  weir::job_spec job;
  std::shared_ptr<const weir::process_settings> process;
  bool shield = false;
};

inline weir::launch_method any_method() {
  return GENERATE(weir::launch_method::clone, weir::launch_method::posix_spawn);
}

}  // namespace test
