#include "input/manifest/job_taker.hpp"

#include <utility>

#include "input/manifest/job_reader.hpp"

namespace weir::doc {

void job_taker::take(const node& job, std::vector<open_job>& jobs, job_room& left,
                     field_checker& check) {
  const auto* const table = check.table(job, "job", "a table");
  if (table == nullptr) return miss_one();
  const std::size_t before = check.fault_count();
  job_draft draft = read_job(*table, job.at, "a job", check);
  if (check.fault_count() == before && head_.defaults_are_good) {
    expander_.expand(draft, jobs, left, check);
    if (check.fault_count() == before) return;
  } else {
    const bool matrix_is_lost = !draft.combinations && find(*table, "matrix") != nullptr;
    if (!draft.name || matrix_is_lost) miss_one();
    if (head_.pools_are_good && draft.settings.pools)
      expander_.check_pools(*draft.settings.pools, check);
    if (head_.places_are_good && draft.settings.on)
      expander_.check_label(*draft.settings.on, check);
  }
  if (!expander_.expand_names(std::move(draft), jobs, left)) miss_one();
}

}  // namespace weir::doc
