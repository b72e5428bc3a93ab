#include "machine_gates.hpp"

#include <algorithm>

#include "gpus.hpp"
#include "process/cpu_count.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

/// What the dialect makes of a command is nothing that its users would recognise.
std::string reason_of_command(const options& o) {
  constexpr std::size_t widest = 60;
  const std::string name = o.names.of("--gate");
  return name == "--gate" ? name + " (" + escape_and_clip(o.gates.command, widest) + ')' : name;
}

}  // namespace

machine_gates::machine_gates(const options& o, loop_executor loop, timer_queue& timers,
                             executor& runner) {
  const gate_options& asked = o.gates;
  if (asked.load) load_.emplace(*asked.load);
  if (asked.memfree) memory_.emplace(*asked.memfree, machine_memory());
  if (asked.memsuspend) {
    twice_memory_.emplace(2 * std::min(*asked.memsuspend, UINT64_MAX / 2), machine_memory(),
                          ", twice " + o.names.of("--memsuspend"));
    watch_.emplace(timers, *asked.memsuspend, machine_memory());
  }
  if (asked.noswap) swap_.emplace();
  if (!asked.command.empty()) command_.emplace(loop, runner, asked.command, reason_of_command(o));
}

/// The command comes last: its answer is for a start, not for a job that still waits for something
/// else.
std::vector<start_holder*> machine_gates::holders() {
  std::vector<start_holder*> all;
  const auto add = [&](auto& one) {
    if (one) all.push_back(&*one);
  };
  add(load_);
  add(memory_);
  add(twice_memory_);
  add(swap_);
  add(command_);
  return all;
}

void machine_gates::watch(inbox& to) {
  if (watch_) watch_->start(to);
}

void machine_gates::end(std::function<void()> then) {
  watch_.reset();
  if (command_)
    command_->end(std::move(then));
  else
    then();
}

std::optional<resource_claims> capacity_for(const options& o) {
  if (o.job.claims == resource_claims{} && o.manifest.file.empty()) return std::nullopt;
  if (!o.cluster.places.empty()) return std::nullopt;
  const auto memory = machine_memory().look();
  return resource_claims{memory ? memory->total : 0, usable_cpus(),
                         static_cast<unsigned>(gpus_here(o).size())};
}

}  // namespace weir::cli
