#include "input/manifest/kept_jobs.hpp"

#include <cstdint>
#include <set>
#include <utility>

namespace weir {

namespace {

void renumber(manifest_job& job, const std::vector<std::uint64_t>& new_seq) {
  std::set<std::uint32_t> met;  // choices (any_of) that are met: a left-out job counts as a success
  for (const need& n : job.spec.needs)
    if (new_seq[n.seq - 1] == 0 && n.on == need_on::success) met.insert(n.any_of);
  std::vector<need> kept;
  for (const need& n : job.spec.needs) {
    if (new_seq[n.seq - 1] == 0) continue;
    const bool is_met = n.any_of != 0 && met.contains(n.any_of);
    kept.push_back({new_seq[n.seq - 1], is_met ? need_on::always : n.on, is_met ? 0 : n.any_of});
  }
  job.spec.seq = new_seq[job.spec.seq - 1];
  job.spec.needs = std::move(kept);
}

}  // namespace

manifest keep_jobs(manifest all, const std::vector<bool>& kept) {
  std::vector<std::uint64_t> new_seq(all.jobs.size());
  std::uint64_t next = 1;
  for (std::size_t i = 0; i < kept.size(); ++i)
    if (kept[i]) new_seq[i] = next++;
  std::vector<manifest_job> jobs;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (!kept[i]) continue;
    renumber(all.jobs[i], new_seq);
    jobs.push_back(std::move(all.jobs[i]));
  }
  all.jobs = std::move(jobs);
  return all;
}

}  // namespace weir
