#include "input/manifest/select.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "input/manifest/did_you_mean.hpp"
#include "input/manifest/kept_jobs.hpp"
#include "input/manifest/node.hpp"

namespace weir {

namespace {

using chosen = std::vector<bool>;  // by index of the manifest's jobs

bool is_called(const manifest_job& job, std::string_view name) {
  return !job.spec.name.empty() && (job.spec.name == name || job.group == name);
}

void refuse_name(const manifest& all, std::string_view name) {
  std::vector<std::string_view> known;
  for (const manifest_job& job : all.jobs) known.push_back(job.spec.name);
  throw usage_error(fmt::format("\"{}\": the manifest has no such job{}", doc::shown_name(name),
                                doc::did_you_mean(name, known)));
}

chosen by_names(const manifest& all, const std::vector<std::string>& names) {
  chosen in(all.jobs.size(), names.empty());
  for (const std::string& name : names) {
    bool found = false;
    for (std::size_t i = 0; i < all.jobs.size(); ++i)
      if (is_called(all.jobs[i], name)) in[i] = found = true;
    if (!found) refuse_name(all, name);
  }
  // Needs come before the jobs that need them: one pass backwards finds all.
  for (std::size_t i = all.jobs.size(); i-- > 0;)
    if (in[i])
      for (const need& n : all.jobs[i].spec.needs) in[n.seq - 1] = true;
  return in;
}

bool matches_one_of(const manifest& all, const std::string& pattern) {
  return std::ranges::any_of(
      all.jobs, [&](const manifest_job& job) { return matches_pattern(pattern, title(job.spec)); });
}

/// Ignores the other selections: a pattern may match jobs that they leave out.
void refuse_idle_patterns(const manifest& all, std::string_view option,
                          const std::vector<std::string>& patterns, const std::string& file) {
  const auto idle =
      std::ranges::find_if(patterns, [&](const std::string& p) { return !matches_one_of(all, p); });
  if (idle == patterns.end()) return;
  std::vector<std::string> titles;
  for (const manifest_job& job : all.jobs) titles.push_back(title(job.spec));
  const auto near = near_name(*idle, titles);
  throw usage_error(fmt::format("{}: \"{}\" matches no job of {}{}", option, doc::shown_name(*idle),
                                file,
                                near ? "; did you mean " + doc::shown_name(*near) + '?' : ""));
}

bool matches_any(const std::vector<std::string>& patterns, const manifest_job& job) {
  const std::string name = title(job.spec);
  return std::ranges::any_of(patterns,
                             [&](const std::string& p) { return matches_pattern(p, name); });
}

// Asked for by its whole name, and so wanted whatever it needs.
bool is_asked_for(const std::vector<std::string>& only, const manifest_job& job) {
  const std::string name = title(job.spec);
  return std::ranges::any_of(only, [&](const std::string& p) { return is_literal(p, name); });
}

// Whether the failures that the job needs can happen: of a choice, one of its jobs has to run.
bool can_fail(const manifest_job& job, const chosen& in) {
  std::map<std::uint32_t, bool> choices;
  for (const need& n : job.spec.needs) {
    if (n.on != need_on::failure) continue;
    if (n.any_of == 0 && !in[n.seq - 1]) return false;
    if (n.any_of != 0) choices[n.any_of] = choices[n.any_of] || in[n.seq - 1];
  }
  return std::ranges::all_of(choices, [](const auto& choice) { return choice.second; });
}

void filter(const manifest& all, const selection& wanted, chosen& in) {
  for (std::size_t i = 0; i < all.jobs.size(); ++i) {
    const manifest_job& job = all.jobs[i];
    if (in[i] && !wanted.only.empty()) in[i] = matches_any(wanted.only, job);
    if (in[i] && !wanted.except.empty()) in[i] = !matches_any(wanted.except, job);
  }
  // Drops jobs for a failure that cannot happen; in the order of needs, so that it propagates.
  for (std::size_t i = 0; i < all.jobs.size(); ++i)
    if (in[i] && !is_asked_for(wanted.only, all.jobs[i])) in[i] = can_fail(all.jobs[i], in);
}

}  // namespace

manifest select(manifest all, const selection& wanted) {
  refuse_idle_patterns(all, "--only", wanted.only, wanted.file);
  refuse_idle_patterns(all, "--except", wanted.except, wanted.file);
  chosen in = by_names(all, wanted.names);
  filter(all, wanted, in);
  return keep_jobs(std::move(all), in);
}

}  // namespace weir
