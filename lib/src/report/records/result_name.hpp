/// The name of a job's result, also in the file system: a pure function.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <weir/job_spec.hpp>

namespace weir {

/// The job's name, or else its item, or else its command line; for a job that reads a block and has
/// no other item, its number.
std::string result_name(const job_spec& job);

/// A path component for a name, whatever its bytes: no two names share one, except long ones that
/// are cut. '/', '%', control bytes, a leading '.' and bytes that are not UTF-8 are written as %2F;
/// the empty name as %00, which no other name can be. Anything longer than 200 bytes is cut and
/// ends in a hash of the whole.
std::string path_component(std::string_view name);

/// The contents of a job's directory.
inline constexpr std::array<const char*, 3> result_files{"outcome.json", "stdout", "stderr"};

/// The directory in it with the same files for an attempt before the last: "attempt-1".
std::string attempt_directory(unsigned attempt);

/// The n-th job of one name: the component itself, then with .2, .3, ...
std::string copy_of(const std::string& component, std::uint64_t n);

}  // namespace weir
