#include "input/manifest/select.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "input/manifest/did_you_mean.hpp"
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
  // Needs stand before the jobs that need them: one walk backwards finds all.
  for (std::size_t i = all.jobs.size(); i-- > 0;)
    if (in[i])
      for (const need& n : all.jobs[i].spec.needs) in[n.seq - 1] = true;
  return in;
}

bool matches_any(const std::vector<std::string>& patterns, const manifest_job& job) {
  const std::string name = title(job.spec);
  return std::ranges::any_of(patterns,
                             [&](const std::string& p) { return matches_pattern(p, name); });
}

void filter(const manifest& all, const selection& wanted, chosen& in) {
  for (std::size_t i = 0; i < all.jobs.size(); ++i) {
    const manifest_job& job = all.jobs[i];
    if (in[i] && !wanted.only.empty()) in[i] = matches_any(wanted.only, job);
    if (in[i] && !wanted.except.empty()) in[i] = !matches_any(wanted.except, job);
  }
  // What runs on a failure that cannot happen; again in the order of needs, so that it carries on.
  for (std::size_t i = 0; i < all.jobs.size(); ++i)
    if (in[i])
      in[i] = std::ranges::none_of(all.jobs[i].spec.needs, [&](const need& n) {
        return n.on == need_on::failure && !in[n.seq - 1];
      });
}

void renumber(manifest_job& job, const std::vector<std::uint64_t>& new_seq) {
  std::vector<need> kept;
  for (const need& n : job.spec.needs)
    if (new_seq[n.seq - 1] != 0) kept.push_back({new_seq[n.seq - 1], n.on});
  job.spec.seq = new_seq[job.spec.seq - 1];
  job.spec.needs = std::move(kept);
}

}  // namespace

manifest select(manifest all, const selection& wanted) {
  chosen in = by_names(all, wanted.names);
  filter(all, wanted, in);
  std::vector<std::uint64_t> new_seq(all.jobs.size());
  std::uint64_t next = 1;
  for (std::size_t i = 0; i < in.size(); ++i)
    if (in[i]) new_seq[i] = next++;
  std::vector<manifest_job> kept;
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (!in[i]) continue;
    renumber(all.jobs[i], new_seq);
    kept.push_back(std::move(all.jobs[i]));
  }
  all.jobs = std::move(kept);
  return all;
}

}  // namespace weir
