/// Which jobs of a manifest run: NAME..., --only and --except. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "input/manifest/manifest.hpp"

namespace weir {

/// Shell patterns as of fnmatch(3) without flags: *, ?, [abc], [!a-z], backslash. Linear in the
/// text for each star.
bool matches_pattern(std::string_view pattern, std::string_view text);

/// Whether the pattern is this text, without any *, ? or [ but behind a backslash.
bool is_literal(std::string_view pattern, std::string_view text);

/// The pattern that is literally this text.
std::string literal_pattern(std::string_view text);

struct selection {
  std::vector<std::string> names{};  ///< these jobs and all that they need; empty: all jobs
  std::vector<std::string>
      only{};  ///< of these, the jobs that match one of the patterns; empty: all
  std::vector<std::string> except{};  ///< of these, the jobs that match none of the patterns
  std::string file = "the manifest";  ///< its name in messages, printable
};

/// The manifest with the selected jobs only, numbered anew.
///
/// A name is a job's, or that of a matrix as written in the manifest, for all its jobs. Patterns
/// are matched with a job's title. A need of a job that only or except left out counts as met, as
/// if it had succeeded before: so a job that runs on the failure of it is left out too,
/// unless only has its whole name. \throws usage_error for a name that no job has and a pattern
/// that matches none, with a near name: a slip of the pen must not look like a success.
manifest select(manifest all, const selection& wanted);

}  // namespace weir
