/// Reads `retry`: how often and when a failed attempt is made again.
#pragma once

#include <optional>

#include <weir/job_spec.hpp>

#include "input/manifest/field_checker.hpp"

namespace weir::doc {

/// A number of further attempts, or a table with times, backoff, max and on.
std::optional<retry_settings> read_retry(const node& value, field_checker& check);

}  // namespace weir::doc
