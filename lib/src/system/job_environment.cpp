#include "system/job_environment.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace weir::system {

namespace {

constexpr std::array<std::string_view, 7> names_set_by_weir{
    "WEIR_SEQ",     "WEIR_SLOT",        "WEIR_ATTEMPT", "WEIR_JOB",
    "PARALLEL_SEQ", "PARALLEL_JOBSLOT", "PARALLEL_PID"};

std::string_view name_of(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

/// \param start is "NAME=".
void set(std::string& variable, std::string_view start, std::uint64_t value) {
  const fmt::format_int digits(value);
  variable.assign(start).append(digits.data(), digits.size());
}

}  // namespace

base_environment::base_environment(const char* const* environment, pid_t known_as,
                                   std::string_view shield)
    : known_as_(known_as) {
  constexpr std::string_view shield_name = "WEIR_SHIELD";
  if (!shield.empty()) shield_.append(shield_name).append("=").append(shield);
  for (; *environment != nullptr; ++environment) {
    const std::string_view name = name_of(*environment);
    if (std::find(names_set_by_weir.begin(), names_set_by_weir.end(), name) !=
        names_set_by_weir.end())
      continue;
    if (!shield.empty() && name == shield_name) {
      const std::string_view around = std::string_view(*environment).substr(name.size());
      if (around.size() > 1) shield_.append(",").append(around.substr(1));
      continue;
    }
    variables_.push_back(*environment);
  }
  if (!shield.empty()) variables_.push_back(shield_.c_str());
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
  write_own_values(base, job, attempt, slot);
  const std::array own{&seq_,          &slot_,          &attempt_,     &job_,
                       &parallel_seq_, &parallel_slot_, &parallel_pid_};
  own_path_.clear();
  const bool changed = !job.settings->env.empty();
  if (changed || !as_base_) {
    environment_ = base.variables();
    if (changed) apply_settings(*job.settings);
    environment_.resize(environment_.size() + own.size() + 1);
  }
  as_base_ = !changed;
  const char** place = environment_.data() + environment_.size() - own.size() - 1;
  for (const std::string* variable : own) *place++ = variable->c_str();
  *place = nullptr;
}

void execution_block::write_own_values(const base_environment& base, const job_spec& job,
                                       unsigned attempt, unsigned slot) {
  set(seq_, "WEIR_SEQ=", job.seq);
  set(slot_, "WEIR_SLOT=", slot);
  set(attempt_, "WEIR_ATTEMPT=", attempt);
  set(parallel_seq_, "PARALLEL_SEQ=", job.seq);
  set(parallel_slot_, "PARALLEL_JOBSLOT=", slot);
  if (parallel_pid_.empty())
    set(parallel_pid_, "PARALLEL_PID=", static_cast<std::uint64_t>(base.known_as()));
  if (job.name.empty())
    set(job_, "WEIR_JOB=job-", job.seq);
  else
    job_.assign("WEIR_JOB=").append(job.name);
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
