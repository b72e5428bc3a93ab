/// What identifies a job from one run to the next: its content, never its number.
///
/// A name-based UUID (RFC 4122, 4.3, version 5) of arguments, the directory it runs in, declared
/// environment and input: a job keeps its key when the input is edited, reordered or extended,
/// while a changed job is a different one, as is "make test" in another directory. Values of the
/// environment are in it only as a hash.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <weir/job_spec.hpp>

namespace weir {

/// \param here the absolute directory that weir runs in; empty if unknown.
job_key key_of(const job_spec& job, std::string_view here);

/// "0e3f1d9a-...": 36 characters.
std::string to_string(const job_key& key);

/// \returns nullopt for any other form.
std::optional<job_key> parse_job_key(std::string_view text);

}  // namespace weir
