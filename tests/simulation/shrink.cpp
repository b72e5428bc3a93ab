#include "simulation/shrink.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "simulation/history.hpp"

namespace simulation {

using namespace weir;

namespace {

bool still_fails(const scenario& s, rule broken) {
  const history seen = live_through(s);
  return seen.found && seen.found->broken == broken;
}

/// Later jobs get lower numbers, and needs of them are adjusted.
void remove_job(scenario& s, std::size_t index) {
  s.jobs.erase(s.jobs.begin() + static_cast<std::ptrdiff_t>(index));
  for (planned_job& job : s.jobs) {
    std::erase_if(job.needs, [&](const need& n) { return n.seq == index + 1; });
    for (need& n : job.needs)
      if (n.seq > index + 1) --n.seq;
  }
}

bool try_smaller(scenario& s, rule broken, const std::function<void(scenario&)>& change) {
  scenario smaller = s;
  change(smaller);
  if (!still_fails(smaller, broken)) return false;
  s = std::move(smaller);
  return true;
}

/// Tries to remove each one.
template <typename Remove>
bool remove_each(scenario& s, rule broken, const std::function<std::size_t(const scenario&)>& count,
                 Remove remove) {
  bool any = false;
  for (std::size_t i = count(s); i > 0; --i)
    any |= try_smaller(s, broken, [&](scenario& smaller) { remove(smaller, i - 1); });
  return any;
}

void make_options_plain(scenario& s, rule broken) {
  const std::vector<std::function<void(scenario&)>> plainer{
      [](scenario& t) { t.keep_order = false; },
      [](scenario& t) { t.one_output = false; },
      [](scenario& t) {
        if (!t.one_output) t.mode = output_mode::group;
      },
      [](scenario& t) { t.out = {}; },
      [](scenario& t) { t.err = {}; },
      [](scenario& t) { t.spools = {}; },
      [](scenario& t) { t.spools.no_directory = false; },
      [](scenario& t) { t.engine.end_hopeless = t.engine.one_program = false; },
      [](scenario& t) { t.crashes = {}; },
      [](scenario& t) {
        if (!t.crashes.any()) t.journal = {};
      },
      [](scenario& t) { t.journal.fault = disk_fault::none; },
      [](scenario& t) {
        if (t.journal.kept || !t.crashes.any()) t.joblog = {};
      },
      [](scenario& t) { t.lines = {}; },
      [](scenario& t) { t.table = {}; },
      [](scenario& t) { t.lines.fault = t.table.fault = disk_fault::none; },
      [](scenario& t) { t.source_fails_after = 0; },
      [](scenario& t) { t.engine.halt = {}; },
      [](scenario& t) { t.engine.delay = {}; },
      [](scenario& t) { t.engine.relative_timeout.reset(); },
      [](scenario& t) { t.engine.read_first = false; },
      [](scenario& t) { t.engine.pending_limit = 100; },
      [](scenario& t) { t.engine.capacity.reset(); },
      [](scenario& t) { t.tokens = {}; },
      [](scenario& t) { t.tokens.dies_at = 0; },
      [](scenario& t) { t.gate = {}; },
      [](scenario& t) { t.shields_known_after = {}; },
  };
  for (const auto& change : plainer) try_smaller(s, broken, change);
}

void make_jobs_plain(scenario& s, rule broken) {
  for (std::size_t i = 0; i < s.jobs.size(); ++i) {
    const std::vector<std::function<void(planned_job&)>> plainer{
        [](planned_job& j) { j.settings = {}; },
        [](planned_job& j) { j.settings.retry = {}; },
        [](planned_job& j) { j.settings.timeout.reset(); },
        [](planned_job& j) { j.settings.pools.clear(); },
        [](planned_job& j) { j.settings.weight = 1; },
        [](planned_job& j) { j.settings.claims = {}; },
        [](planned_job& j) { j.settings.process = nullptr; },
        [](planned_job& j) { j.cannot_start = false; },
        [](planned_job& j) { j.other_program = false; },
        [](planned_job& j) { j.needs.clear(); },
        [](planned_job& j) { j.writes = false; },
        [](planned_job& j) { j.writes_much = false; },
        [](planned_job& j) { j.fails_in_ten = 0; },
        [](planned_job& j) { j.stall = {}; },
        [](planned_job& j) { j.is_rebel = false; },
    };
    for (const auto& change : plainer)
      try_smaller(s, broken, [&](scenario& smaller) { change(smaller.jobs[i]); });
  }
}

}  // namespace

scenario shrink(scenario s, rule broken) {
  for (bool any = true; any;) {
    any = remove_each(
        s, broken, [](const scenario& t) { return t.jobs.size(); }, remove_job);
    any |= remove_each(
        s, broken, [](const scenario& t) { return t.world.size(); },
        [](scenario& t, std::size_t i) {
          t.world.erase(t.world.begin() + static_cast<std::ptrdiff_t>(i));
        });
  }
  make_options_plain(s, broken);
  make_jobs_plain(s, broken);
  return s;
}

}  // namespace simulation
