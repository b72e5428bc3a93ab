/// What a job is known by from one run to the next: its content, never its number.
///
/// A name-based UUID (RFC 4122, 4.3, version 5) of arguments, the directory that it runs in,
/// declared environment and input: the same job has the same key in an input that was edited,
/// reordered or extended, and a job that was changed is another one: so is "make test" in another
/// directory. Values of the environment are in it as a hash only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <weir/job_spec.hpp>

namespace weir {

/// \param here where weir runs, absolute; empty if it is not known.
job_key key_of(const job_spec& job, std::string_view here);

/// "0e3f1d9a-...": 36 characters.
std::string to_string(const job_key& key);

/// Nothing for another form.
std::optional<job_key> parse_job_key(std::string_view text);

}  // namespace weir
