/// Why a program that exists cannot be executed: what should run it is missing.
#pragma once

#include <string>

#include <weir/outcome.hpp>

namespace weir {

/// To be called after execve(2) has failed with ENOENT.
/// \param file as seen from here.
/// \returns the program itself if it does not exist; otherwise its interpreter or its dynamic
/// loader (PT_INTERP), as the step that failed.
spawn_failed what_is_missing(const std::string& program, const std::string& file);

}  // namespace weir
