#include "simulation/simulated_source.hpp"

#include <string>

namespace simulation {

using namespace weir;

awaitable<> simulated_source::stall(milliseconds how_long) {
  over_.reset();
  clock_.after(how_long, [this, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) over_.complete();
  });
  co_await over_.wait();
}

awaitable<std::optional<job_spec>> simulated_source::next() {
  told_.source_is_read();
  if (plan_.source_fails_after != 0 && given_ == plan_.source_fails_after)
    throw io_error(EIO, "simulated input");
  if (closed_ || given_ == plan_.jobs.size()) co_return std::nullopt;
  const planned_job& planned = plan_.jobs[given_];
  if (planned.stall > milliseconds()) co_await stall(planned.stall);
  if (closed_) co_return std::nullopt;
  job_spec job;
  job.seq = ++given_;
  job.name = "j" + std::to_string(planned.seed % 100'000'000);
  job.argv = {"job", job.name};
  job.settings = std::make_shared<const job_settings>(planned.settings);
  job.needs = planned.needs;
  co_return job;
}

void simulated_source::close() {
  closed_ = true;
  over_.complete();
}

}  // namespace simulation
