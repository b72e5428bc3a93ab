/// What a dialect asks of a run that none of weir's own options does.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <weir/job_spec.hpp>

#include "input/journal/row_mark.hpp"
#include "input/stream_parser.hpp"
#include "run_judge.hpp"
#include "semaphore_gate.hpp"

namespace weir::cli {

struct dialect_options {
  std::string program = "weir";           ///< what messages begin with
  std::shared_ptr<stream_parser> parser;  ///< makes the jobs; null: made from items and a command
  std::shared_ptr<run_judge> judge;       ///< decides the exit status; null: weir's own
  std::shared_ptr<semaphore_gate> gate;   ///< a semaphore passed before the run; null: none
  std::string slot_variable;              ///< receives a job's slot, from 0; empty: none
  std::function<bool(const job_spec&)> has_ended;  ///< such jobs do not run; null: all do
  end_test knows;  ///< of the run that is resumed, for its other records; null: all is known
  bool keeps_records = false;      ///< records keep what is in them: the run continues another
  bool slots_by_signals = false;   ///< USR1: one more; USR2: one less
  bool hangup_drains = false;      ///< SIGHUP: nothing more starts, running jobs go on
  bool percents = false;           ///< progress is for a program that shows it, but at a terminal
  bool asks = false;               ///< at the terminal, before each job
  std::vector<std::string> notes;  ///< lines for stderr before the first job
};

}  // namespace weir::cli
