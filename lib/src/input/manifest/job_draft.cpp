#include "input/manifest/job_draft.hpp"

#include <algorithm>
#include <utility>

namespace weir::doc {

namespace {

template <class T>
void inherit(std::optional<T>& own, const std::optional<T>& common) {
  if (!own) own = common;
}

}  // namespace

void merge_env(env_changes& env, const env_changes& more) {
  for (const auto& variable : more) {
    const auto same = std::ranges::find(env, variable.first, &env_changes::value_type::first);
    if (same == env.end())
      env.push_back(variable);
    else
      same->second = variable.second;
  }
}

job_draft merged(job_draft job, const job_draft& defaults) {
  if (!job.argv && !job.run) {
    job.argv = defaults.argv;
    job.run = defaults.run;
  }
  inherit(job.name, defaults.name);
  inherit(job.combinations, defaults.combinations);
  inherit(job.needs, defaults.needs);
  inherit(job.pools, defaults.pools);
  inherit(job.weight, defaults.weight);
  inherit(job.priority, defaults.priority);
  inherit(job.shield, defaults.shield);
  inherit(job.timeout, defaults.timeout);
  inherit(job.close_timeout, defaults.close_timeout);
  inherit(job.retry, defaults.retry);
  inherit(job.dir, defaults.dir);
  inherit(job.input, defaults.input);
  inherit(job.ok, defaults.ok);
  inherit(job.skip, defaults.skip);
  inherit(job.allow_failure, defaults.allow_failure);
  inherit(job.output, defaults.output);
  env_changes env = defaults.env;
  merge_env(env, job.env);
  job.env = std::move(env);
  return job;
}

}  // namespace weir::doc
