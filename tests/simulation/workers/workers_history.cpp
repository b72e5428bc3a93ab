#include "simulation/workers/workers_history.hpp"

#include <functional>
#include <memory>
#include <utility>

#include "simulation/workers/workers_run.hpp"

namespace simulation::workers {

namespace {

bool still_breaks(const plan& p, const std::string& rule) {
  const history seen = live_through(p);
  return seen.found && seen.found->rule == rule;
}

bool try_plainer(plan& p, const std::string& rule, const std::function<void(plan&)>& change) {
  plan plainer = p;
  change(plainer);
  if (!still_breaks(plainer, rule)) return false;
  p = std::move(plainer);
  return true;
}

/// Tries to remove each one, the last first: workers are known by their place.
template <typename Member>
bool remove_each(plan& p, const std::string& rule, Member plan::*list) {
  bool any = false;
  for (std::size_t i = (p.*list).size(); i > 0; --i)
    any |= try_plainer(p, rule, [&](plan& q) {
      (q.*list).erase((q.*list).begin() + static_cast<std::ptrdiff_t>(i - 1));
    });
  return any;
}

void make_plain(plan& p, const std::string& rule) {
  const std::vector<std::function<void(plan&)>> plainer{
      [](plan& q) { q.limit.reset(); },
      [](plan& q) { q.keep_order = false; },
      [](plan& q) { q.slow_reader = false; },
      [](plan& q) { q.mode = weir::output_mode::group; },
  };
  for (const auto& change : plainer) try_plainer(p, rule, change);
  for (std::size_t i = 0; i < p.workers.size(); ++i)
    try_plainer(p, rule, [i](plan& q) {
      planned_worker plainer_one;
      plainer_one.start = q.workers[i].start;
      plainer_one.after = q.workers[i].after;
      plainer_one.slots = q.workers[i].slots;
      q.workers[i] = plainer_one;
    });
  for (std::size_t i = 0; i < p.jobs.size(); ++i) {
    const std::vector<std::function<void(planned_job&)>> simpler{
        [](planned_job& j) { j.settings = {}; },
        [](planned_job& j) { j.settings.claims = {}; },
        [](planned_job& j) { j.settings.retry = {}; },
        [](planned_job& j) { j.most_output = 0; },
        [](planned_job& j) { j.fails_in_ten = 0; },
    };
    for (const auto& change : simpler) try_plainer(p, rule, [&](plan& q) { change(q.jobs[i]); });
  }
}

}  // namespace

history live_through(const plan& p, bool keep_trace) {
  history seen;
  auto one = std::make_unique<workers_run>(p, keep_trace);
  one->run();
  seen.found = one->seen().found();
  seen.fingerprint = one->seen().fingerprint();
  seen.trace = std::move(one->seen().trace);
  if (one->is_stuck()) static_cast<void>(one.release());
  return seen;
}

plan shrink(plan p, const std::string& rule) {
  for (bool any = true; any;) {
    any = remove_each(p, rule, &plan::jobs);
    any |= remove_each(p, rule, &plan::world);
    if (p.workers.size() > 1) any |= try_plainer(p, rule, [](plan& q) { q.workers.pop_back(); });
  }
  make_plain(p, rule);
  return p;
}

}  // namespace simulation::workers
