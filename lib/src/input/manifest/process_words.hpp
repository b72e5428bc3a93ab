/// How a job's process differs from weir's own, in words for a plan.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <weir/job_spec.hpp>

#include "text/escape.hpp"
#include "text/size.hpp"
#include "values/known_limits.hpp"

namespace weir::doc {

inline void tell_nice(const job_settings& s, std::vector<std::string>& to) {
  if (s.process && s.process->nice) to.push_back("nice " + std::to_string(*s.process->nice));
}

inline void tell_ionice(const job_settings& s, std::vector<std::string>& to) {
  if (!s.process || !s.process->io) return;
  constexpr int idle = 3;
  const io_priority& io = *s.process->io;
  if (io.level_class == idle)
    to.emplace_back("ionice idle");
  else
    to.push_back((io.level_class == 1 ? "ionice realtime:" : "ionice best-effort:") +
                 std::to_string(io.level));
}

inline void tell_limits(const job_settings& s, std::vector<std::string>& to) {
  if (!s.process) return;
  for (const resource_limit& each : s.process->limits) {
    const auto known = std::ranges::find(known_limits, each.resource, &known_limit::resource);
    const std::string value = each.value == RLIM_INFINITY ? "none" : std::to_string(each.value);
    to.push_back("limit " + std::string(known->name) + ' ' + value);
  }
}

inline void tell_group_limits(const job_settings& s, std::vector<std::string>& to) {
  if (!s.process || !s.process->group) return;
  const group_limits& limits = *s.process->group;
  if (limits.memory) to.push_back("at most " + short_size(*limits.memory) + " of memory");
  if (limits.pids) to.push_back("at most " + std::to_string(*limits.pids) + " processes");
  if (!limits.milli_cpus) return;
  // 1500: "1.5"
  std::string cpus = std::to_string(*limits.milli_cpus % 1000 + 1000).replace(0, 1, ".");
  cpus.erase(cpus.find_last_not_of(".0") + 1);
  to.push_back("at most " + std::to_string(*limits.milli_cpus / 1000) + cpus + " CPUs");
}

inline void tell_umask(const job_settings& s, std::vector<std::string>& to) {
  if (!s.process || !s.process->umask) return;
  std::string octal;
  for (const int shift : {6, 3, 0})
    octal += static_cast<char>('0' + (*s.process->umask >> shift & 7));
  to.push_back("umask " + octal);
}

inline void tell_passed(const job_settings& s, std::vector<std::string>& to) {
  if (!s.process || !s.process->passed_environment) return;
  std::string names;
  for (const std::string& name : *s.process->passed_environment) names += ' ' + escape(name);
  to.push_back(names.empty() ? "without weir's environment" : "of weir's environment only" + names);
}

}  // namespace weir::doc
