/// How to run a batch, as plain values.
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
  std::optional<std::size_t> limit = {};  ///< jobs at once; nullopt: no limit
  std::size_t pending_limit = 10000;      ///< jobs waiting; beyond that, the source is not read
  duration delay{};                       ///< minimum time between two starts
  duration close_timeout = std::chrono::seconds(10);  ///< for jobs that set none themselves
  /// A job is ended when it has run this many times the median of those that succeeded; nullopt:
  /// never.
  std::optional<double> relative_timeout = {};
  stop_settings stop = {};
  halt_rule halt = {};
  /// The run stops if its first jobs fail to start for a reason that applies to every job.
  bool end_hopeless = false;
  /// All jobs execute the same program, in the same directory and with the same PATH.
  bool one_program = false;
  /// Jobs may need others (job_spec::needs); if false, nothing is kept about jobs that have ended.
  bool needs = false;
  /// How many of the latest jobs that did not succeed are remembered, for jobs that may need them.
  std::size_t remembered = 100'000;
  /// After a halt, the source is read to its end, for jobs that run all the same: for a source that
  /// nobody is still writing.
  bool read_after_halt = false;
  /// Nothing starts before all jobs have been read, or no more may wait, so that priorities also
  /// hold for the first jobs. For a source that has them all at once.
  bool read_first = false;
  /// Named pools and their capacities.
  std::vector<std::pair<std::string, unsigned>> pools = {};
  /// Labels that jobs may ask for (job_settings::on); until a label_capacity says otherwise, such
  /// jobs wait, while others go on.
  std::vector<std::string> labels = {};
  /// What the claims of jobs (job_settings::claims) have to fit in; nullopt: claims are ignored.
  std::optional<resource_claims> capacity = {};
  /// What else starts have to wait for, asked in this order. Must outlive the engine.
  std::vector<start_holder*> holders = {};
  /// Each job needs one of its tokens to run; null: no tokens. Must outlive the engine.
  token_pool* tokens = nullptr;
  bool tail_of_failed = true;  ///< keep the last lines of failed jobs' output for the summary
};

}  // namespace weir
