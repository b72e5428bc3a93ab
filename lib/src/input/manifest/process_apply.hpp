/// Turns a job's settings for its process into the single value that job_settings has for them;
/// used by the rows of setting_table.cpp.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <weir/job_spec.hpp>
#include <weir/process_settings.hpp>

#include "input/manifest/job_draft.hpp"

namespace weir::doc {

/// All settings of the process are one value, which most jobs lack: each row adds its part.
template <auto Draft, auto Setting>
void apply_to_process(const settings_draft& from, const run_settings&, job_settings& to) {
  if (!(from.*Draft)) return;
  auto process = to.process ? std::make_shared<process_settings>(*to.process)
                            : std::make_shared<process_settings>();
  (*process).*Setting = *(from.*Draft);
  to.process = std::move(process);
}

/// pass-env implies clear-env, unless that is false.
inline void apply_clear_env(const settings_draft& from, const run_settings&, job_settings& to) {
  if (!from.clear_env.value_or(from.pass_env.has_value())) return;
  auto process = to.process ? std::make_shared<process_settings>(*to.process)
                            : std::make_shared<process_settings>();
  process->passed_environment = from.pass_env.value_or(std::vector<std::string>());
  to.process = std::move(process);
}

/// The job has weir's terminal for all three streams.
inline void apply_interactive(const settings_draft& from, const run_settings&, job_settings& to) {
  if (from.interactive.value_or(false)) make_interactive(to);
}

inline void apply_nothing(const settings_draft&, const run_settings&, job_settings&) {}

}  // namespace weir::doc
