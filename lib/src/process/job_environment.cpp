#include "process/job_environment.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "process/job_mark.hpp"
#include "process/logical_directory.hpp"

namespace weir {

namespace {

constexpr std::array<std::string_view, 8> names_set_by_weir{
    "WEIR_SEQ",    "WEIR_SLOT",    "WEIR_ATTEMPT",     "WEIR_JOB",
    "WEIR_AROUND", "PARALLEL_SEQ", "PARALLEL_JOBSLOT", "PARALLEL_PID"};

/// What jobs with GPUs of their own find these in. HIP takes either of the first two, but would
/// count from 0 again below a ROCR_VISIBLE_DEVICES, which is therefore left as it is.
constexpr std::array<std::string_view, 3> names_for_gpus{"CUDA_VISIBLE_DEVICES",
                                                         "HIP_VISIBLE_DEVICES", "WEIR_GPUS"};

std::string_view name_of(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

/// \param start is "NAME=".
void set(std::string& variable, std::string_view start, std::uint64_t value) {
  const fmt::format_int digits(value);
  variable.assign(start).append(digits.data(), digits.size());
}

bool changes_environment(const job_settings& settings) {
  return !settings.env.empty() || !settings.dir.empty() || settings.claims.gpus > 0 ||
         (settings.process && settings.process->passed_environment);
}

/// Whether it is one of weir's own variables that a weir-shield or a weir in the job needs.
bool is_weirs(std::string_view name) {
  return name == "WEIR_SHIELD" || name == "WEIR_AROUND";
}

std::optional<std::string> if_known(std::string directory) {
  return directory.empty() ? std::nullopt : std::optional(std::move(directory));
}

}  // namespace

base_environment::base_environment(const char* const* environment, pid_t known_as,
                                   std::string_view shield, std::string slot_variable)
    : known_as_(known_as), slot_variable_(std::move(slot_variable)) {
  constexpr std::string_view shield_name = "WEIR_SHIELD";
  if (std::string marks = marks_around(environment); !marks.empty())
    around_ = "WEIR_AROUND=" + std::move(marks);
  if (!shield.empty()) shield_.append(shield_name).append("=").append(shield);
  for (; *environment != nullptr; ++environment) {
    const std::string_view name = name_of(*environment);
    if (std::find(names_set_by_weir.begin(), names_set_by_weir.end(), name) !=
        names_set_by_weir.end())
      continue;
    if (!slot_variable_.empty() && name == slot_variable_) continue;
    if (!shield.empty() && name == shield_name) {
      const std::string_view around = std::string_view(*environment).substr(name.size());
      if (around.size() > 1) shield_.append(",").append(around.substr(1));
      continue;
    }
    variables_.push_back(*environment);
  }
  if (!shield.empty()) variables_.push_back(shield_.c_str());
  if (!around_.empty()) variables_.push_back(around_.c_str());
}

std::optional<std::string_view> base_environment::value(std::string_view name) const {
  for (const std::string_view variable : variables_)
    if (name_of(variable) == name && variable.size() > name.size())
      return variable.substr(name.size() + 1);
  return std::nullopt;
}

const std::string& base_environment::directory() const {
  if (!directory_) directory_ = logical_directory(value("PWD").value_or(""));
  return *directory_;
}

void execution_block::fill(const base_environment& base, const job_spec& job, unsigned attempt,
                           unsigned slot, std::string_view gpus) {
  if (job.settings->claims.gpus > 0)
    for (std::size_t i = 0; i < gpus_.size(); ++i)
      gpus_[i].assign(names_for_gpus[i]).append("=").append(gpus);
  arguments_.assign(1, nullptr);
  if (job.slot_marks.empty()) {
    job.argv.pointers(arguments_);
  } else {
    with_slot_ = with_slot(job, slot);
    with_slot_.pointers(arguments_);
  }
  program_ = path_ = arguments_[1];
  in_shell_.clear();
  fill_environment(base, job, attempt, slot);
}

void execution_block::use(program_path path) {
  found_ = std::move(path);
  path_ = found_ ? found_->c_str() : program_;
  in_shell_.clear();
}

/// The shell looks for the program itself: nobody would notice that it is no longer where it was.
void execution_block::read_from(const std::string& fifo) {
  fifo_ = fifo;
  in_shell_ = {nullptr, "sh", "-c", R"(exec "$@" <"$0")", fifo_.c_str()};
  in_shell_.insert(in_shell_.end(), arguments_.begin() + 1, arguments_.end());
  path_ = "/bin/sh";
}

void execution_block::fill_environment(const base_environment& base, const job_spec& job,
                                       unsigned attempt, unsigned slot) {
  write_own_values(base, job, attempt, slot);
  std::array<const std::string*, 11> all{&seq_,          &slot_,          &attempt_,     &job_,
                                         &parallel_seq_, &parallel_slot_, &parallel_pid_};
  std::size_t count = 7;
  if (!slot_from_0_.empty()) all[count++] = &slot_from_0_;
  if (job.settings->claims.gpus > 0)
    for (const std::string& each : gpus_) all[count++] = &each;
  const std::span own = std::span(all).first(count);
  const auto before = std::exchange(settings_, job.settings);
  const bool as_before =
      is_filled_ &&
      (before == settings_ || (!changes_environment(*before) && !changes_environment(*settings_)));
  if (!as_before) {
    apply_settings(base);
    environment_.resize(environment_.size() + own.size() + 1);
  }
  is_filled_ = true;
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
  if (const std::string& name = base.slot_variable(); !name.empty())
    slot_from_0_ = fmt::format("{}={}", name, slot - 1);
  if (parallel_pid_.empty())
    set(parallel_pid_, "PARALLEL_PID=", static_cast<std::uint64_t>(base.known_as()));
  if (job.name.empty())
    set(job_, "WEIR_JOB=job-", job.seq);
  else
    job_.assign("WEIR_JOB=").append(job.name);
}

/// Keeps what the job takes of weir's own environment, if it does not take all of it.
void execution_block::keep_passed() {
  const process_settings* const process = settings_->process.get();
  if (process == nullptr || !process->passed_environment) return;
  const auto& passed = *process->passed_environment;
  std::erase_if(environment_, [&](const char* each) {
    const std::string_view name = name_of(each);
    return !is_weirs(name) && std::ranges::find(passed, name) == passed.end();
  });
  if (std::ranges::find(passed, "PATH") == passed.end()) own_path_ = default_path;
}

/// The directory is entered as by `cd`: PWD and OLDPWD are set accordingly, unless the job sets
/// them.
void execution_block::apply_settings(const base_environment& base) {
  own_path_.reset();
  own_variables_.clear();
  environment_ = base.variables();
  if (!changes_environment(*settings_)) return;
  keep_passed();
  std::unordered_set<std::string_view> names;
  const auto set = [&](std::string_view name, const std::optional<std::string>& value) {
    if (!names.insert(name).second) return;
    if (name == "PATH") own_path_ = value ? std::string_view(*value) : default_path;
    if (value) own_variables_.push_back(fmt::format("{}={}", name, *value));
  };
  if (settings_->claims.gpus > 0)
    for (const std::string_view name : names_for_gpus) set(name, std::nullopt);
  // Backwards: of several values for one name, the last counts.
  const auto& env = settings_->env;
  std::for_each(env.rbegin(), env.rend(), [&](const auto& each) { set(each.first, each.second); });
  if (const std::string& dir = settings_->dir; !dir.empty()) {
    set("PWD", if_known(logical_directory(base.directory(), dir)));
    set("OLDPWD", if_known(base.directory()));
  }
  std::erase_if(environment_, [&](const char* each) { return names.contains(name_of(each)); });
  for (const std::string& variable : own_variables_) environment_.push_back(variable.c_str());
}

}  // namespace weir
