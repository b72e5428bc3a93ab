/// How a batch is to be run, as plain values.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <weir/job_spec.hpp>
#include <weir/start_holder.hpp>
#include <weir/token_pool.hpp>

#include "batch/stop_machine.hpp"
#include "input/halt.hpp"

namespace weir {

struct engine_settings {
  std::optional<std::size_t> limit = {};  ///< jobs at once; none: no limit
  std::size_t pending_limit = 10000;      ///< jobs waiting; the source is not read beyond
  duration delay{};                       ///< between two starts, at least
  duration close_timeout = std::chrono::seconds(10);  ///< of jobs that say nothing themselves
  /// A job is ended when it runs this many times the median of those that succeeded; none: never.
  std::optional<double> relative_timeout = {};
  stop_settings stop = {};
  halt_rule halt = {};
  /// The run ends when its first jobs fail to start for a reason that every job has.
  bool end_hopeless = false;
  /// All jobs execute the same program, in the same directory and with the same PATH.
  bool one_program = false;
  /// Jobs may need others (job_spec::needs); without it nothing is kept of jobs that have ended.
  bool needs = false;
  /// Of jobs that did not succeed, so many of the latest are kept for jobs that may need them.
  std::size_t remembered = 100'000;
  /// After a halt the source is read to its end, for jobs that run all the same: for a source that
  /// nobody is still writing.
  bool read_after_halt = false;
  /// Nothing starts before all jobs were read, or no more may wait: so that priorities hold for the
  /// first jobs, too. For a source that has them all at once.
  bool read_first = false;
  /// Named pools and their capacities.
  std::vector<std::pair<std::string, unsigned>> pools = {};
  /// What claims of jobs (job_settings::claims) have to fit in; none: they are not looked at.
  std::optional<resource_claims> capacity = {};
  /// What starts have to wait for, beside all this; asked in this order. Must outlive the engine.
  std::vector<start_holder*> holders = {};
  /// Each job needs one of its tokens to run; null: none. Must outlive the engine.
  token_pool* tokens = nullptr;
  bool tail_of_failed = true;  ///< keep the last lines of failed jobs' output for the summary
};

}  // namespace weir
