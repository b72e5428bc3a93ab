/// A manifest for people to read before it runs: --check and --dry-run. Pure.
#pragma once

#include <cstddef>
#include <string>

#include "input/manifest/manifest.hpp"

namespace weir {

/// What --check prints: settings of the run, pools, then the jobs in the order in which they are
/// accepted, each with its needs, limits and shield. Names are escaped; values of env are left out.
/// Ends with a newline.
std::string describe_plan(const manifest& m);

/// A command in place of this many bytes of stdin that are no longer available; its text says so.
std::string missing_input(std::size_t bytes);
/// The same for a share of a stream.
std::string missing_share();

/// A command that writes the block again, if its file still has it.
std::string again(const block_input& block);

/// What --dry-run prints for one job: to copy into a shell, with its directory and stdin. A comment
/// before it names the variables of env, without their values. Does not end with a newline.
std::string dry_run_line(const job_spec& job);

}  // namespace weir
