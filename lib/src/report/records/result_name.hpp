/// What the result of a job is called, in the file system too: a pure function.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <weir/job_spec.hpp>

namespace weir {

/// The job's name, else what it was made for, else its command line; of one that reads a block and
/// was made for nothing else, its number.
std::string result_name(const job_spec& job);

/// One component of a path for a name, whatever its bytes: no two names share one, but for what
/// was cut. '/', '%', control bytes, a leading '.' and bytes that are not UTF-8 are written as %2F;
/// the empty name as %00, which no other can be. What is longer than 200 bytes is cut and ends in a
/// hash of the whole.
std::string path_component(std::string_view name);

/// What a job's directory holds.
inline constexpr std::array<const char*, 3> result_files{"outcome.json", "stdout", "stderr"};

/// In it, for the same of an attempt that was not the last: "attempt-1".
std::string attempt_directory(unsigned attempt);

/// The n-th of one name: itself, then with .2, .3, ...
std::string copy_of(const std::string& component, std::uint64_t n);

}  // namespace weir
