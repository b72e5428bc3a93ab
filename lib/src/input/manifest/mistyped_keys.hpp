/// Finds {word}s of a job with a matrix that were meant to be one of its keys.
#pragma once

#include <string>
#include <vector>

#include "input/manifest/field_checker.hpp"
#include "input/manifest/job_draft.hpp"

namespace weir::doc {

/// In `name` every {word} has to be a key. Elsewhere braces have other meanings, in awk or JSON,
/// and only a word that resembles a key is a fault. ${word} belongs to the shell. \param keys of
/// the job's matrix
void check_mistyped_keys(const job_draft& draft, const std::vector<std::string>& keys,
                         field_checker& check);

}  // namespace weir::doc
