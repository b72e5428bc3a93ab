/// What the machine must have before a job starts: --load, --memfree, --memsuspend, --noswap,
/// --job-memory, --gate; and who may say so while it runs: --control.
#pragma once

#include <span>
#include <string_view>

#include "typed_options.hpp"

namespace weir::cli {

/// An option with a value, as --help-all lists it.
struct option_row {
  const char* names;
  std::string typed_options::*value;
  const char* type;
  const char* help;
  const char* left_out = "";  ///< what stands for a value that may be left out
};

std::span<const option_row> gate_option_rows();

/// \throws usage_error with one clear message.
void settle_gates(options& o, const typed_options& typed);

enum class where_jobs_run { here, elsewhere };

/// The first of them that was given and may hold a job up, by its name here; empty: none. Of jobs
/// elsewhere, what looks at this machine: claims are held there.
std::string_view given_gate(const options& o, where_jobs_run where);

}  // namespace weir::cli
