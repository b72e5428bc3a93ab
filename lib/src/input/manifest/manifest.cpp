#include "input/manifest/manifest.hpp"

#include <utility>

#include <fmt/format.h>

#include "input/manifest/expander.hpp"
#include "input/manifest/head_reader.hpp"
#include "input/manifest/job_reader.hpp"
#include "input/manifest/linker.hpp"
#include "input/manifest/toml_tree.hpp"

namespace weir {

namespace {

using doc::fault_list;
using doc::field_checker;
using doc::node;

std::vector<doc::job_draft> read_jobs(const node::array* tables, field_checker& check) {
  std::vector<doc::job_draft> drafts;
  if (!tables) return drafts;
  for (const node& job : *tables) {
    if (check.full()) break;
    if (const auto* table = check.table(job, "job", "a table"))
      drafts.push_back(doc::read_job(*table, job.at, "a job", check));
  }
  return drafts;
}

// Each stage runs only on what the one before found to be right: no fault is told twice.
manifest read_tree(const node& root, field_checker& check) {
  const doc::document_head head = doc::read_document(root, check);
  const std::vector<doc::job_draft> drafts = read_jobs(head.jobs, check);
  manifest m{head.run, head.pools, {}};
  if (check.fault_count() > 0) return m;
  std::vector<doc::open_job> jobs;
  doc::expander expander(head);
  std::size_t bytes_left = doc::expander::most_bytes;
  for (const doc::job_draft& draft : drafts)
    if (!check.full()) expander.expand(draft, jobs, bytes_left, check);
  if (check.fault_count() == 0) m.jobs = doc::link(std::move(jobs), check);
  return m;
}

}  // namespace

manifest read_toml_manifest(std::string_view text, std::string_view file) {
  fault_list faults;
  field_checker check(faults);
  manifest m;
  if (const auto root = doc::parse_toml(text, faults)) m = read_tree(*root, check);
  doc::throw_if_any(faults, file, text);
  return m;
}

}  // namespace weir
