/// Reads everything except the jobs: version, [run], [defaults], [pool.NAME].
#pragma once

#include <functional>
#include <optional>
#include <string>
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
  bool pools_are_good = true;     ///< false: a pool may be unknown only because of a fault here
  bool places_are_good = true;    ///< the same for the labels of places
  bool defaults_are_good = true;  ///< the same for what else jobs take from here, such as the shell
  std::function<std::optional<unsigned>(const std::vector<std::string>& on)> most_gpus = {};
  const node::array* jobs = nullptr;  ///< the value of `job` in the tree that was read; TOML only
};

/// The table of a whole TOML document.
document_head read_document(const node& root, field_checker& check);

/// The first line of JSON Lines, if it has the key `version`: like a document, but without `job`.
document_head read_first_line(const node& root, field_checker& check);

/// Fills in what [defaults] lacks from the context.
void inherit(document_head& head, const manifest_context& context);

/// Reports what the context refuses of [run].
/// \param root the tree that `head` was read from.
void check_run(const document_head& head, const node& root, const manifest_context& context,
               field_checker& check);

/// The settings of a run that sets none.
run_settings default_run();

std::vector<std::string_view> document_keys();
std::vector<std::string_view> run_keys();
std::vector<std::string_view> pool_keys();

}  // namespace weir::doc
