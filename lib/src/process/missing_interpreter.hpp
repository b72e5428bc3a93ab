/// Why a program that is there cannot be executed: what it is to be run by is not.
#pragma once

#include <string>

#include <weir/outcome.hpp>

namespace weir {

/// After execve(2) has failed with ENOENT.
/// \param file as seen from here.
/// \returns the program itself when it is not there; else its interpreter or its dynamic loader
/// (PT_INTERP), as the step that failed.
spawn_failed what_is_missing(const std::string& program, const std::string& file);

}  // namespace weir
