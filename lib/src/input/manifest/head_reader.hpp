/// Reads what stands beside the jobs: version, [run], [defaults], [pool.NAME].
#pragma once

#include <string_view>
#include <vector>

#include "input/manifest/field_checker.hpp"
#include "input/manifest/job_draft.hpp"
#include "input/manifest/manifest.hpp"

namespace weir::doc {

struct document_head {
  run_settings run;
  job_draft defaults;
  std::vector<pool_settings> pools;
  const node::array* jobs = nullptr;  ///< the value of `job`, in the tree that was read; TOML only
};

/// The table of a whole TOML document.
document_head read_document(const node& root, field_checker& check);

/// The first of JSON Lines, when it has the key `version`: as a document, but without `job`.
document_head read_first_line(const node& root, field_checker& check);

/// The settings of a run that says nothing.
run_settings default_run();

std::vector<std::string_view> document_keys();
std::vector<std::string_view> run_keys();
std::vector<std::string_view> pool_keys();

}  // namespace weir::doc
