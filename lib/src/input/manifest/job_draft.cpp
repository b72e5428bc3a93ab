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

void inherit(job_draft& job, const job_draft& defaults) {
  if (!job.argv && !job.run) {
    job.argv = defaults.argv;
    job.run = defaults.run;
  }
  inherit(job.name, defaults.name);
  inherit(job.combinations, defaults.combinations);
  inherit(job.needs, defaults.needs);
}

settings_draft merged(settings_draft own, const settings_draft& defaults) {
  inherit(own.pools, defaults.pools);
  inherit(own.weight, defaults.weight);
  inherit(own.priority, defaults.priority);
  inherit(own.shield, defaults.shield);
  inherit(own.timeout, defaults.timeout);
  inherit(own.close_timeout, defaults.close_timeout);
  inherit(own.retry, defaults.retry);
  inherit(own.dir, defaults.dir);
  inherit(own.input, defaults.input);
  inherit(own.ok, defaults.ok);
  inherit(own.skip, defaults.skip);
  inherit(own.allow_failure, defaults.allow_failure);
  inherit(own.output, defaults.output);
  env_changes env = defaults.env;
  merge_env(env, own.env);
  own.env = std::move(env);
  return own;
}

}  // namespace weir::doc
