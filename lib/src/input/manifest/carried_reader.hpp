/// send, return and cleanup: files that go with a job to another machine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <weir/job_spec.hpp>

#include "input/manifest/field_checker.hpp"
#include "input/manifest/job_draft.hpp"
#include "input/manifest/manifest.hpp"

namespace weir::doc {

void read_send(job_draft& job, const node& value, field_checker& check);
void read_return(job_draft& job, const node& value, field_checker& check);
void read_cleanup(job_draft& job, const node& value, field_checker& check);

void apply_send(const settings_draft& from, const run_settings&, job_settings& to);
void apply_return(const settings_draft& from, const run_settings&, job_settings& to);
void apply_cleanup(const settings_draft& from, const run_settings&, job_settings& to);

/// "sends a.csv", "returns out, log".
void tell_send(const job_settings& settings, std::vector<std::string>& words);
void tell_return(const job_settings& settings, std::vector<std::string>& words);

}  // namespace weir::doc
