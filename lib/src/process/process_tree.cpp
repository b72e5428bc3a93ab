#include "process/process_tree.hpp"

#include <algorithm>

#include <signal.h>

namespace weir {

void process_tree::started(pid_t leader) noexcept {
  leader_ = leader;
  leader_ended_ = false;
}

void process_tree::leader_reaped() noexcept {
  leader_ = 0;
  leader_ended_ = true;
}

process_tree::orders process_tree::begin(int signal, const members& there,
                                         const surroundings& around) {
  signal_ = signal;
  orders sent;
  sent.group = has_group();
  for (const auto& process : there) order(process, around, sent);
  return sent;
}

process_tree::orders process_tree::look(const members& there, const surroundings& around) {
  orders sent;
  if (signal_ == SIGKILL) sent.group = has_group();
  // What the group starts after TERM is part of cleaning up.
  const auto is_cleaning_up = [this](const process_entry& process) {
    return signal_ != SIGKILL && process.group == leader_;
  };
  if (!wants_looks()) return sent;
  for (const auto& process : there)
    if (!is_cleaning_up(process)) order(process, around, sent);
  return sent;
}

/// Until KILL is sent to everything, a weir in the job ends its own jobs.
bool process_tree::is_left_to_weir(const process_entry& process, const surroundings& around) const {
  if (signal_ == SIGKILL && !spares()) return false;
  const process_entry* const weir = around.inner_weir(process);
  return weir != nullptr && (signal_ != SIGKILL || around.waits_for_shield(*weir));
}

/// Sends TERM once: a second one would end the clean-up that the first one began.
void process_tree::order(const process_entry& process, const surroundings& around, orders& to) {
  const std::pair id{process.pid, process.start_time};
  const bool again = std::ranges::find(told_, id) != told_.end();
  const bool told_as_group = has_group() && process.group == leader_;
  if (again && signal_ != SIGKILL) return;
  if (!told_as_group && is_left_to_weir(process, around)) return;
  if (!again) told_.push_back(id);
  if (told_as_group) return;
  if (signal_ == SIGKILL && spares() && around.waits_for_shield(process)) return;
  to.processes.push_back(process);
}

void process_tree::relent() noexcept {
  signal_ = SIGTERM;
}

bool process_tree::has_gone(const members& there) const noexcept {
  return leader_ended_ && there.empty() && shields_ == 0;
}

bool process_tree::wants_looks() const noexcept {
  return leader_ended_ || signal_ == SIGKILL;
}

void process_tree::shield_ended() {
  if (--shields_ == 0) owner_.shields_gone();
}

}  // namespace weir
