#include "input/manifest/contradiction.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace weir::doc {

namespace {

struct wishes {
  const need_draft* succeeds = nullptr;  ///< the need that wants success
  const need_draft* fails = nullptr;

  const need_draft* against(need_on on) const { return on == need_on::success ? fails : succeeds; }
};

bool needs_one_of(const named_jobs& n) {
  return n.need->asks_for_any() && n.jobs.size() > 1;
}

std::string verb(const need_draft& need) {
  return need.on == need_on::success ? "succeed" : "fail";
}

}  // namespace

bool may_contradict(std::span<const need_draft> needs) {
  const auto wants = [&](need_on on) {
    return std::ranges::any_of(needs, [on](const need_draft& n) { return n.on == on; });
  };
  return wants(need_on::failure) && wants(need_on::success);
}

std::optional<contradiction> find_contradiction(std::span<const named_jobs> needs) {
  std::unordered_map<std::uint64_t, wishes> of;
  for (const named_jobs& n : needs) {
    if (n.need->on == need_on::always || needs_one_of(n)) continue;
    for (const std::uint64_t job : n.jobs) {
      wishes& all = of[job];
      if (const need_draft* const other = all.against(n.need->on))
        return contradiction{other, n.need};
      (n.need->on == need_on::success ? all.succeeds : all.fails) = n.need;
    }
  }
  for (const named_jobs& n : needs) {
    if (n.need->on == need_on::always || !needs_one_of(n)) continue;
    const auto is_denied = [&](std::uint64_t job) {
      const auto found = of.find(job);
      return found != of.end() && found->second.against(n.need->on) != nullptr;
    };
    if (!std::ranges::all_of(n.jobs, is_denied)) continue;
    const need_draft* const other = of.at(n.jobs.front()).against(n.need->on);
    return contradiction{other->job.text == n.need->job.text ? other : nullptr, n.need};
  }
  return std::nullopt;
}

void tell_contradiction(const contradiction& both, field_checker& check) {
  const need_draft& second = *both.second;
  if (check.is_told(second.job.at)) return;
  const std::string name = '"' + shown_name(second.job.text) + '"';
  std::string what = name + " has both to succeed and to fail";
  if (both.first == nullptr)
    what = "one job of " + name + " has to " + verb(second) +
           ", but other needs require that none of them does";
  else if (both.first->job.text != second.job.text)
    what = name + " has to " + verb(second) + " and \"" + shown_name(both.first->job.text) +
           "\" has to " + verb(*both.first) + ", but they have a job in common";
  check.fault(second.job.at, "needs: " + what + ": the job could never start");
}

}  // namespace weir::doc
