#include "system/job_environment.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include <unistd.h>

#include <fmt/format.h>

namespace weir::system {

namespace {

constexpr std::array<std::string_view, 7> names_set_by_weir{
    "WEIR_SEQ",     "WEIR_SLOT",        "WEIR_ATTEMPT", "WEIR_JOB",
    "PARALLEL_SEQ", "PARALLEL_JOBSLOT", "PARALLEL_PID"};

std::string_view name_of(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

}  // namespace

base_environment::base_environment(const char* const* environment) {
  for (; *environment != nullptr; ++environment)
    if (std::find(names_set_by_weir.begin(), names_set_by_weir.end(), name_of(*environment)) ==
        names_set_by_weir.end())
      variables_.push_back(*environment);
}

std::string_view base_environment::value(std::string_view name) const {
  for (const std::string_view variable : variables_)
    if (name_of(variable) == name && variable.size() > name.size())
      return variable.substr(name.size() + 1);
  return {};
}

void execution_block::fill(const base_environment& base, const job_spec& job, unsigned attempt,
                           unsigned slot) {
  arguments_.assign(1, nullptr);
  if (job.slot_marks.empty()) {
    job.argv.pointers(arguments_);
  } else {
    with_slot_ = with_slot(job, slot);
    with_slot_.pointers(arguments_);
  }
  fill_environment(base, job, attempt, slot);
}

void execution_block::fill_environment(const base_environment& base, const job_spec& job,
                                       unsigned attempt, unsigned slot) {
  set(seq_, "WEIR_SEQ", job.seq);
  set(slot_, "WEIR_SLOT", slot);
  set(attempt_, "WEIR_ATTEMPT", attempt);
  set(parallel_seq_, "PARALLEL_SEQ", job.seq);
  set(parallel_slot_, "PARALLEL_JOBSLOT", slot);
  if (parallel_pid_.empty())
    set(parallel_pid_, "PARALLEL_PID", static_cast<std::uint64_t>(::getpid()));
  job_.assign("WEIR_JOB=");
  if (job.name.empty())
    fmt::format_to(std::back_inserter(job_), "job-{}", job.seq);
  else
    job_ += job.name;

  environment_ = base.variables();
  own_path_.clear();
  if (!job.settings->env.empty()) apply_settings(*job.settings);
  for (const auto* variable :
       {&seq_, &slot_, &attempt_, &job_, &parallel_seq_, &parallel_slot_, &parallel_pid_})
    environment_.push_back(variable->c_str());
  environment_.push_back(nullptr);
}

void execution_block::set(std::string& variable, std::string_view name, std::uint64_t value) {
  variable.clear();
  fmt::format_to(std::back_inserter(variable), "{}={}", name, value);
}

void execution_block::apply_settings(const job_settings& settings) {
  own_variables_.clear();
  own_variables_.reserve(settings.env.size());  // pointers into it are handed out
  for (const auto& [name, value] : settings.env) {
    std::erase_if(environment_, [&](const char* variable) { return name_of(variable) == name; });
    if (!value) continue;
    own_variables_.push_back(name + '=' + *value);
    environment_.push_back(own_variables_.back().c_str());
    if (name == "PATH") own_path_ = *value;
  }
}

}  // namespace weir::system
