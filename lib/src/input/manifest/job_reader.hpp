/// Reads the table of one job, or [defaults], into a draft: each key is checked by itself.
///
/// This is the schema in code: schema.json must list job_keys(), and a test compares the two.
#pragma once

#include <string_view>
#include <vector>

#include "input/manifest/field_checker.hpp"
#include "input/manifest/job_draft.hpp"
#include "input/manifest/node.hpp"

namespace weir::doc {

/// \param where "a job" or "[defaults]", for messages.
job_draft read_job(const node::table& table, position at, std::string_view where,
                   field_checker& check);

/// A table of variables: strings, or false to unset.
/// \param where "env"
env_draft read_env(const node& value, field_checker& check);

/// A matrix with its exclude and include.
std::optional<matrix> read_matrix(const node& value, field_checker& check);

/// "group", "line" or "raw".
std::optional<output_mode> read_output(const node& value, field_checker& check);

/// All keys of a job, and of its tables, in the order of the documentation.
std::vector<std::string_view> job_keys();
std::vector<std::string_view> retry_keys();
std::vector<std::string_view> need_keys();

}  // namespace weir::doc
