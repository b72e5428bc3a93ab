#include "input/manifest/job_draft.hpp"

#include <string_view>
#include <unordered_map>
#include <utility>

namespace weir::doc {

namespace {

template <class T>
void inherit(std::optional<T>& own, const std::optional<T>& common) {
  if (!own) own = common;
}

}  // namespace

void merge_env(env_changes& env, const env_changes& more) {
  if (more.empty()) return;
  env.reserve(env.size() + more.size());  // `places` refers to the names in it
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < env.size(); ++i) places.emplace(env[i].first, i);
  for (const auto& variable : more) {
    const auto [place, is_new] = places.try_emplace(variable.first, env.size());
    if (is_new)
      env.push_back(variable);
    else
      env[place->second].second = variable.second;
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

}  // namespace weir::doc
