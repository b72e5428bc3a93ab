#include "process/control_group_jobs.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <unistd.h>

#include "process/control_group_end.hpp"

namespace weir {

namespace {

constexpr const char* option = "--cgroup";

std::string first_key_of(const group_limits& limits) {
  const auto all = controllers_for(limits);
  return all.empty() ? "cgroup" : "cgroup." + std::string(all.front().key);
}

}  // namespace

job_control_groups::job_control_groups(control_group_settings wanted, pid_t front,
                                       leftover_rule common, run_board* board)
    : settings_(std::move(wanted)), front_(front), common_(common), board_(board) {}

std::string job_control_groups::refused_never(const group_limits& limits) {
  return first_key_of(limits) + ": needs a control group, which " + option + " never forbids";
}

void job_control_groups::require() {
  const group_limits& needed = settings_.needed;
  const bool limited = needed != group_limits{};
  const bool all = settings_.use == control_group_use::require;
  if (!limited && !all) return;
  std::string why;
  if (!open(why))
    throw usage_error((all ? std::string(option) + " require" : first_key_of(needed)) + ": " + why);
  if (const std::string missing = run_->why_not(needed); !missing.empty())
    throw usage_error(missing);
}

bool job_control_groups::open(std::string& why) {
  if (!run_ && why_none_.empty()) {
    std::vector<pid_t> own{front_};
    if (front_ != ::getpid()) own.push_back(::getpid());
    run_ = run_control_group::make(settings_.root, std::move(own), why_none_);
    if (run_ && board_ != nullptr) board_->show_group(run_->path());
    if (run_)
      for (const left_group& each : end_left_groups(run_->base())) tell(text_of(each));
  }
  why = why_none_;
  return run_ != nullptr;
}

std::unique_ptr<job_control_group> job_control_groups::make(attempt_id id, const job_settings& job,
                                                            std::string& why) {
  const group_limits* const limits = has_limits(job) ? &*job.process->group : nullptr;
  const bool must = limits != nullptr || settings_.use == control_group_use::require;
  std::unique_ptr<job_control_group> made;
  if (limits != nullptr && settings_.use == control_group_use::never) {
    why = refused_never(*limits);
  } else if (open(why)) {
    if (limits != nullptr) why = run_->why_not(*limits);
    int error = 0;
    if (why.empty()) made = run_->make_job(id, limits, error);
    if (error != 0) why = "control group in " + run_->path() + ": " + std::strerror(error);
  } else if (must) {
    why.insert(0, limits != nullptr ? first_key_of(*limits) + ": " : std::string(option) + ": ");
  }
  if (!must) why.clear();
  return made;
}

void job_control_groups::over(std::unique_ptr<job_control_group> group, fate then) {
  if (group->remove()) return;
  if (!group->is_populated()) return;  // an ending process is in it still: removed with the run's
  if (then == fate::left)
    group->mark_left();
  else
    kept_.push_back(std::move(group));
}

std::vector<pid_t> job_control_groups::kept_processes() {
  std::vector<pid_t> all;
  std::erase_if(kept_, [](const auto& group) { return group->remove(); });
  for (const auto& group : kept_) {
    const auto more = group->processes();
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

void job_control_groups::kill_kept() const {
  for (const auto& group : kept_) group->kill();
}

void job_control_groups::tell_to(std::function<void(const std::string&)> listener) {
  listener_ = std::move(listener);
  for (const std::string& line : std::exchange(untold_, {})) listener_(line);
}

void job_control_groups::tell(const std::string& line) {
  if (listener_)
    listener_(line);
  else
    untold_.push_back(line);
}

}  // namespace weir
