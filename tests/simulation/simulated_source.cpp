#include "simulation/simulated_source.hpp"

#include <charconv>
#include <string>
#include <utility>

namespace simulation {

using namespace weir;

/// Until the time is up, or what was added is there to be given at once.
awaitable<> simulated_source::stall() {
  over_.reset();
  clock_.at(*goes_on_at_, [this, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) over_.complete();
  });
  co_await over_.wait();
}

job_spec simulated_source::make(std::size_t index) {
  const planned_job& planned = plan_.jobs[index];
  job_spec job;
  job.seq = told_.numbers.give(index);
  job.name = "j" + std::to_string(planned.seed % 100'000'000);
  job.argv = {planned.other_program ? "other" : "job", job.name};
  job.settings = {std::shared_ptr<void>(), &planned.settings};  // the plan outlives the run
  job.needs = planned.needs;
  for (need& each : job.needs) each.seq = told_.numbers.of(each.seq - 1);
  job.added = planned.is_added;
  return job;
}

awaitable<std::optional<job_spec>> simulated_source::next() {
  told_.source_is_read();
  while (!closed_) {
    if (!added_.empty()) {
      std::optional<job_spec> job(std::move(added_.front()));
      added_.pop_front();
      co_return job;
    }
    if (plan_.source_fails_after != 0 && given_ == plan_.source_fails_after)
      throw io_error(EIO, "simulated input");
    if (given_ == plan_.jobs.size() || plan_.jobs[given_].is_added) break;
    const planned_job& planned = plan_.jobs[given_];
    if (!goes_on_at_) goes_on_at_ = clock_.now() + planned.stall;
    if (clock_.now() >= *goes_on_at_) {
      goes_on_at_.reset();
      co_return make(given_++);
    }
    co_await stall();
  }
  co_return std::nullopt;
}

/// A line is the place of a job in the plan.
std::vector<added_job> simulated_source::add_line(std::string_view line, std::size_t most) {
  std::size_t index = 0;
  std::from_chars(line.data(), line.data() + line.size(), index);
  if (added_.size() >= most) throw usage_error("as many jobs wait as may");
  added_.push_back(make(index));
  over_.complete();
  return {{added_.back().seq, added_.back().name}};
}

void simulated_source::close() {
  closed_ = true;
  over_.complete();
}

}  // namespace simulation
