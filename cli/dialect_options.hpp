/// What a dialect asks of a run that is none of weir's own options.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <weir/job_spec.hpp>

#include "input/stream_parser.hpp"
#include "run_judge.hpp"
#include "semaphore_gate.hpp"

namespace weir::cli {

struct dialect_options {
  std::string program = "weir";           ///< what messages begin with
  std::shared_ptr<stream_parser> parser;  ///< makes the jobs; null: items and a command do
  std::shared_ptr<run_judge> judge;       ///< of the exit status; null: weir's own
  std::shared_ptr<semaphore_gate> gate;   ///< of a semaphore, before the run; null: none
  std::string slot_variable;              ///< has a job's slot, from 0; empty: there is none
  std::function<bool(const job_spec&)> has_ended;  ///< such jobs do not run; null: all do
  bool keeps_records = false;      ///< what is in them stays: the run goes on with another
  bool slots_by_signals = false;   ///< USR1: one more; USR2: one less
  bool hangup_drains = false;      ///< SIGHUP: nothing more starts, what runs goes on
  bool asks = false;               ///< at the terminal, before each job
  std::vector<std::string> notes;  ///< lines for stderr before the first job
};

}  // namespace weir::cli
