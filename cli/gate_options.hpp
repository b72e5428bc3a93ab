/// What the machine must have before a job starts: --load, --memfree, --memsuspend, --noswap,
/// --job-memory, --job-gpus, --gate; and who may control that during a run: --control.
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
  const char* left_out = "";  ///< stands for a value that was left out
};

std::span<const option_row> gate_option_rows();

/// \throws usage_error with one clear message.
void settle_gates(options& o, const typed_options& typed);

enum class where_jobs_run { here, elsewhere };

/// The first of these options that was given and may hold a job up, by the name used; empty if
/// none. For jobs elsewhere, only those about this machine: claims are held there.
std::string_view given_gate(const options& o, where_jobs_run where);

}  // namespace weir::cli
